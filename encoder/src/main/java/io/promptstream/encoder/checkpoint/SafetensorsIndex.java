package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Parses the index of a sharded safetensors model, {@code model.safetensors.index.json}, which maps
 * each tensor to a file.
 *
 * <p>Source: {@code save_torch_state_dict} of {@code huggingface_hub}.
 */
final class SafetensorsIndex {
  private static final String WEIGHT_MAP = "weight_map";
  private static final int MAX_TENSORS = 100_000;

  /** The name of a file in the folder of the index, without a path. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");

  private static final JsonFactory JSON = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private SafetensorsIndex() {}

  /**
   * Returns the file name of each tensor.
   *
   * @throws MalformedCheckpointException if this is not an index, or if it names a file outside its
   *     folder
   */
  static Map<String, String> parse(byte[] index) throws IOException {
    try (JsonParser json = JSON.createParser(index)) {
      return parse(json);
    } catch (JsonProcessingException e) {
      throw new MalformedCheckpointException(
          "its index is not valid JSON: " + quote(e.getOriginalMessage()), e);
    }
  }

  private static Map<String, String> parse(JsonParser json) throws IOException {
    Map<String, String> files = Map.of();
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw damaged("it must be an object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      boolean weightMap = json.currentName().equals(WEIGHT_MAP);
      JsonToken value = json.nextToken();
      if (!weightMap) {
        json.skipChildren();
      } else if (value == JsonToken.START_OBJECT) {
        files = weightMap(json);
      } else {
        throw damaged("its weight_map must be an object");
      }
    }
    if (json.nextToken() != null) {
      throw damaged("there is data after the object");
    }
    if (files.isEmpty()) {
      throw damaged("it has no weight_map, or an empty one");
    }
    return files;
  }

  private static Map<String, String> weightMap(JsonParser json) throws IOException {
    Map<String, String> files = new HashMap<>();
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String tensor = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_STRING) {
        throw damaged("the file of tensor %s is not a string".formatted(quote(tensor)));
      }
      if (files.size() == MAX_TENSORS) {
        throw damaged("it names more than %d tensors".formatted(MAX_TENSORS));
      }
      files.put(tensor, requireFileName(tensor, json.getText()));
    }
    return files;
  }

  private static String requireFileName(String tensor, String name)
      throws MalformedCheckpointException {
    if (!FILE_NAME.matcher(name).matches()) {
      throw new MalformedCheckpointException(
          "its index maps tensor %s to '%s', expected the name of a file beside it"
              .formatted(quote(tensor), quote(name)));
    }
    return name;
  }

  private static MalformedCheckpointException damaged(String how) {
    return new MalformedCheckpointException("its index is damaged: " + how);
  }
}
