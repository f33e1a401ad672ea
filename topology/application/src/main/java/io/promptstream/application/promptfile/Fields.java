package io.promptstream.application.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the fields of one JSON object and checks their types. */
final class Fields {
  private final String path;
  private final JsonNode object;

  private Fields(String path, JsonNode object) {
    this.path = path;
    this.object = object;
  }

  /**
   * Takes an object that may have only the known fields.
   *
   * @param path its location in the event, empty for the event itself
   */
  static Fields of(String path, JsonNode node, Set<String> known) {
    Fields fields = of(path, node);
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw new InvalidFieldException("%s is not a field; the fields are %s"
            .formatted(
                fields.path(name), String.join(", ", known.stream().sorted().toList())));
      }
    }
    return fields;
  }

  /** Takes an object that may have any fields. */
  static Fields of(String path, JsonNode node) {
    if (!node.isObject()) {
      throw new InvalidFieldException(path.isEmpty() ? "the line" : path, node, "an object");
    }
    return new Fields(path, node);
  }

  String path(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns the value of a field, if it is present and not null. */
  Optional<JsonNode> optional(String name) {
    return Optional.ofNullable(object.get(name)).filter(value -> !value.isNull());
  }

  String text(String name) {
    JsonNode value = object.get(name);
    if (value == null || !value.isTextual()) {
      throw new InvalidFieldException(path(name), value, "a string");
    }
    return value.textValue();
  }

  /** Returns a string or a number as a string: ids in COCO are either. */
  String id(String name) {
    JsonNode value = object.get(name);
    if (value == null || !(value.isTextual() || value.isNumber())) {
      throw new InvalidFieldException(path(name), value, "a number or a string");
    }
    return value.asText();
  }

  int integer(String name) {
    return integer(path(name), object.get(name));
  }

  static int integer(String path, @Nullable JsonNode value) {
    if (value == null || !value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new InvalidFieldException(path, value, "a 32-bit integer");
    }
    return value.intValue();
  }

  double number(String name) {
    return number(path(name), object.get(name));
  }

  static double number(String path, @Nullable JsonNode value) {
    if (value == null || !value.isNumber()) {
      throw new InvalidFieldException(path, value, "a number");
    }
    return value.doubleValue();
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    String value = text(name);
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(value)) {
        return constant;
      }
    }
    throw new InvalidFieldException(
        path(name), object.get(name), "one of " + Set.of(type.getEnumConstants()));
  }
}
