package io.promptstream.intake;

import io.promptstream.schemas.PromptEvent;
import java.util.List;

/**
 * Converts the marks of samexporter and X-AnyLabeling, in pixels: an array, or an object with the
 * array as {@code marks}.
 *
 * <p>The format is that of {@code samexporter/prompts.py}: each mark has the {@code type}
 * {@code point}, with {@code data} [x, y] and {@code label} 0 or 1, or {@code rectangle}, with
 * {@code data} [x1, y1, x2, y2].
 */
final class MarksRequest {
  private MarksRequest() {}

  static List<PromptEvent> convert(JsonField request, String promptId, RequestDefaults defaults) {
    JsonField marks = request.isArray() ? request : request.get("marks");
    JsonField own = request.isArray() ? JsonField.EMPTY : request;
    PromptDraft prompt = new PromptDraft(Unit.PIXELS, defaults.imageSizeOf(own));
    marks.elements().forEach(mark -> add(prompt, mark));
    return List.of(prompt.event(marks, promptId, defaults.imageIdOf(own), defaults));
  }

  private static void add(PromptDraft prompt, JsonField mark) {
    JsonField type = mark.get("type");
    switch (type.text()) {
      case "point" -> prompt.addPoint(mark.get("data"), mark.get("label").flag());
      case "rectangle" -> {
        mark.find("label").ifPresent(JsonField::requirePositive);
        prompt.setCorners(mark.get("data"));
      }
      case "text" -> throw type.unsupported(JsonField.NO_TEXT);
      default -> throw type.refused("point or rectangle");
    }
  }
}
