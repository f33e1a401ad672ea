package io.promptstream.workbench.playground;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** The messages to a page, as JSON. Field names of records are those of the contract. */
final class Messages {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private Messages() {}

  static ObjectNode message(String type) {
    return JSON.objectNode().put("type", type);
  }

  static String error(@Nullable String actionId, String code, String message) {
    return message("error")
        .put("action_id", actionId)
        .put("code", code)
        .put("message", message)
        .toString();
  }

  /** Describes where a record is, and what it contains. */
  static ObjectNode record(String topic, int partition, long offset, int bytes, JsonNode value) {
    return JSON.objectNode()
        .put("topic", topic)
        .put("partition", partition)
        .put("offset", offset)
        .put("bytes", bytes)
        .set("value", value);
  }

  /** Returns a record's fields without those that are null; numbers stay numbers. */
  static JsonNode json(Object value) {
    if (value instanceof IndexedRecord record) {
      ObjectNode json = JSON.objectNode();
      for (Schema.Field field : record.getSchema().getFields()) {
        Object of = record.get(field.pos());
        if (of != null) {
          json.set(field.name(), json(of));
        }
      }
      return json;
    }
    if (value instanceof List<?> list) {
      ArrayNode json = JSON.arrayNode();
      list.forEach(item -> json.add(json(item)));
      return json;
    }
    if (value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    return value instanceof Number number
        ? JSON.numberNode(number.doubleValue())
        : JSON.textNode(value.toString());
  }
}
