package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;

/**
 * Reads a JSON object from an untrusted file token by token, so that memory is bounded by the
 * values that the reader of its fields keeps.
 */
final class UntrustedJson {
  /** Maximum number of tensors that a header or an index may name. */
  static final int MAX_TENSORS = 100_000;

  // Names are untrusted input: shared tables must not retain them.
  static final JsonFactory FACTORY = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private UntrustedJson() {}

  /** Reads one field of an object. */
  @FunctionalInterface
  interface FieldReader {
    /**
     * Reads one field.
     *
     * @param json at the first token of the value, which the reader consumes or skips
     */
    void read(String name, JsonParser json) throws IOException;
  }

  /**
   * Reads a document that is one object.
   *
   * @param what the document, for error messages
   */
  static void read(byte[] document, String what, FieldReader reader) throws IOException {
    try (JsonParser json = FACTORY.createParser(document)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw damaged(what, "it must be an object");
      }
      readFields(json, reader);
      if (json.nextToken() != null) {
        throw damaged(what, "there is data after the object");
      }
    } catch (JsonProcessingException e) {
      throw new MalformedCheckpointException(
          "%s is not valid JSON: %s".formatted(what, quote(e.getOriginalMessage())), e);
    }
  }

  /** Reads the fields of the object that starts at the current token. */
  static void readFields(JsonParser json, FieldReader reader) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      reader.read(name, json);
    }
  }

  static MalformedCheckpointException damaged(String what, String how) {
    return new MalformedCheckpointException("%s is damaged: %s".formatted(what, how));
  }
}
