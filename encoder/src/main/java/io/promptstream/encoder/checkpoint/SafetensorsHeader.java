package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The header of a safetensors file.
 *
 * @param entries the tensors by name
 * @param metadata the strings of {@code __metadata__}
 */
record SafetensorsHeader(Map<String, Entry> entries, Map<String, String> metadata) {
  static final String METADATA = "__metadata__";
  static final String DTYPE = "dtype";
  static final String SHAPE = "shape";
  static final String DATA_OFFSETS = "data_offsets";
  private static final int MAX_DIMENSIONS = 64;
  private static final int MAX_METADATA = 1000;

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
   * Parses a header.
   *
   * @param dataSize size in bytes of the data after the header
   */
  static SafetensorsHeader parse(byte[] header, long dataSize) throws IOException {
    SafetensorsHeader parsed = new SafetensorsHeader(new HashMap<>(), new HashMap<>());
    UntrustedJson.read(header, "its safetensors header", (name, json) -> {
      if (name.equals(METADATA)) {
        parsed.readMetadata(json);
      } else if (parsed.entries.size() == UntrustedJson.MAX_TENSORS) {
        throw damaged("it names more than %d tensors".formatted(UntrustedJson.MAX_TENSORS));
      } else {
        parsed.entries.put(name, entry(name, json, dataSize));
      }
    });
    return parsed;
  }

  /** Reads the strings and ignores other values. */
  private void readMetadata(JsonParser json) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      json.skipChildren();
      return;
    }
    UntrustedJson.readFields(json, (key, value) -> {
      if (value.currentToken() != JsonToken.VALUE_STRING) {
        value.skipChildren();
      } else if (metadata.size() < MAX_METADATA) {
        metadata.put(key, value.getText());
      }
    });
  }

  private static Entry entry(String name, JsonParser json, long dataSize) throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw damaged("tensor %s is not an object".formatted(quote(name)));
    }
    Map<String, List<Long>> numbers = new HashMap<>();
    Map<String, String> strings = new HashMap<>();
    UntrustedJson.readFields(json, (key, value) -> {
      if (key.equals(DTYPE) && value.currentToken() == JsonToken.VALUE_STRING) {
        strings.put(key, value.getText());
      } else if (key.equals(SHAPE) || key.equals(DATA_OFFSETS)) {
        numbers.put(key, naturals(key, name, value));
      } else {
        throw damaged("tensor %s has an unexpected %s".formatted(quote(name), quote(key)));
      }
    });
    String dtype = strings.get(DTYPE);
    List<Long> shape = numbers.get(SHAPE);
    List<Long> offsets = numbers.get(DATA_OFFSETS);
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw damaged(
          "tensor %s does not have a dtype, a shape and two data_offsets".formatted(quote(name)));
    }
    if (offsets.get(0) > offsets.get(1) || offsets.get(1) > dataSize) {
      throw damaged("tensor %s has the data_offsets %s, but the data has %d bytes"
          .formatted(quote(name), offsets, dataSize));
    }
    return new Entry(dtype, shape, offsets.get(0), offsets.get(1));
  }

  private static List<Long> naturals(String key, String name, JsonParser json) throws IOException {
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
    return UntrustedJson.damaged("its safetensors header", how);
  }
}
