package io.promptstream.application.promptfile;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/** Thrown for an invalid field by code that does not know its file and line. */
final class InvalidFieldException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_VALUE = 60;

  InvalidFieldException(String message) {
    super(message);
  }

  InvalidFieldException(String field, @Nullable JsonNode value, String expected) {
    super("%s %s: it must be %s".formatted(field, shown(value), expected));
  }

  private static String shown(@Nullable JsonNode value) {
    if (value == null) {
      return "is missing";
    }
    String json = value.toString();
    return "is " + (json.length() <= LONGEST_VALUE ? json : json.substring(0, LONGEST_VALUE) + "…");
  }
}
