package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Parses the header of a safetensors file token by token, so that memory is bounded by the maximum
 * number of tensors.
 */
final class SafetensorsHeader {
  static final String METADATA = "__metadata__";
  static final String DTYPE = "dtype";
  static final String SHAPE = "shape";
  static final String DATA_OFFSETS = "data_offsets";
  private static final int MAX_TENSORS = 100_000;
  private static final int MAX_DIMENSIONS = 64;
  private static final int MAX_METADATA = 1000;

  // Names are untrusted input: shared tables must not retain them.
  static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private final JsonParser json;
  private final long dataSize;
  private final Map<String, String> metadata = new HashMap<>();

  private SafetensorsHeader(JsonParser json, long dataSize) {
    this.json = json;
    this.dataSize = dataSize;
  }

  /**
   * A tensor's entry in the header, with its range within the data.
   *
   * @param dtype the element type's name, possibly unknown
   * @param shape extent of each dimension, none negative
   * @param begin first byte, relative to the start of the data
   * @param end end of the range, exclusive
   */
  record Entry(String dtype, List<Long> shape, long begin, long end) {}

  /**
   * The content of a header.
   *
   * @param entries the tensors by name
   * @param metadata the strings of {@code __metadata__}
   */
  record Content(Map<String, Entry> entries, Map<String, String> metadata) {}

  /**
   * Parses a header.
   *
   * @param dataSize size in bytes of the data after the header
   */
  static Content parse(byte[] header, long dataSize) throws IOException {
    try (JsonParser json = JSON.createParser(header)) {
      SafetensorsHeader parsed = new SafetensorsHeader(json, dataSize);
      return new Content(parsed.entries(), parsed.metadata);
    } catch (JsonProcessingException e) {
      throw new MalformedCheckpointException(
          "its safetensors header is not valid JSON: " + quote(e.getOriginalMessage()), e);
    }
  }

  private Map<String, Entry> entries() throws IOException {
    Map<String, Entry> entries = new HashMap<>();
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw damaged("it must be an object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      json.nextToken();
      if (name.equals(METADATA)) {
        readMetadata();
      } else if (entries.size() == MAX_TENSORS) {
        throw damaged("it names more than %d tensors".formatted(MAX_TENSORS));
      } else {
        entries.put(name, entry(name));
      }
    }
    if (json.nextToken() != null) {
      throw damaged("there is data after the object");
    }
    return entries;
  }

  /** Reads the strings and ignores other values. */
  private void readMetadata() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        json.skipChildren();
      } else if (metadata.size() < MAX_METADATA) {
        metadata.put(key, json.getText());
      }
    }
  }

  private Entry entry(String name) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw damaged("tensor %s is not an object".formatted(quote(name)));
    }
    Map<String, List<Long>> numbers = new HashMap<>();
    String dtype = "";
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      JsonToken value = json.nextToken();
      if (key.equals(DTYPE) && value == JsonToken.VALUE_STRING) {
        dtype = json.getText();
      } else if (key.equals(SHAPE) || key.equals(DATA_OFFSETS)) {
        numbers.put(key, naturals(key, name));
      } else {
        throw damaged("tensor %s has an unexpected %s".formatted(quote(name), quote(key)));
      }
    }
    List<Long> shape = numbers.get(SHAPE);
    List<Long> offsets = numbers.get(DATA_OFFSETS);
    if (dtype.isEmpty() || shape == null || offsets == null || offsets.size() != 2) {
      throw damaged(
          "tensor %s does not have a dtype, a shape and two data_offsets".formatted(quote(name)));
    }
    if (offsets.get(0) > offsets.get(1) || offsets.get(1) > dataSize) {
      throw damaged("tensor %s has the data_offsets %s, but the data has %d bytes"
          .formatted(quote(name), offsets, dataSize));
    }
    return new Entry(dtype, shape, offsets.get(0), offsets.get(1));
  }

  private List<Long> naturals(String key, String name) throws IOException {
    List<Long> naturals = new ArrayList<>();
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw damaged("the %s of tensor %s is not an array".formatted(key, quote(name)));
    }
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT
          || json.getNumberType() == JsonParser.NumberType.BIG_INTEGER
          || json.getLongValue() < 0
          || naturals.size() == MAX_DIMENSIONS) {
        throw damaged("the %s of tensor %s is not an array of at most %d natural numbers"
            .formatted(key, quote(name), MAX_DIMENSIONS));
      }
      naturals.add(json.getLongValue());
    }
    return naturals;
  }

  private static MalformedCheckpointException damaged(String how) {
    return new MalformedCheckpointException("its safetensors header is damaged: " + how);
  }
}
