package io.promptstream.topology.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Thrown for a field that is not as it must be, by those who do not know its file and line. */
final class InvalidFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_VALUE = 60;

  InvalidFieldException(String message) {
    super(message);
  }

  InvalidFieldException(String field, @Nullable JsonNode value, String must) {
    super("%s %s: it must be %s".formatted(field, shown(value), must));
  }

  private static String shown(@Nullable JsonNode value) {
    if (value == null) {
      return "is missing";
    }
    String json = value.toString();
    return "is " + (json.length() <= LONGEST_VALUE ? json : json.substring(0, LONGEST_VALUE) + "…");
  }
}
