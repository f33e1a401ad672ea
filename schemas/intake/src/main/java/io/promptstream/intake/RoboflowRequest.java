package io.promptstream.intake;

import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptEvent;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts the requests of Roboflow's inference server, in pixels. Each prompt is one event, and
 * each box of a prompt of SAM 3.
 *
 * <p>The formats are those of {@code inference/core/entities/requests/sam2.py}, an object with
 * {@code prompts}, whose {@code box} is its center and size, and of {@code sam3.py}, an array whose
 * {@code boxes} are the top left corner and the size, or {@code x0}, {@code y0}, {@code x1},
 * {@code y1}.
 */
final class RoboflowRequest {
  private final String promptId;
  private final RequestDefaults defaults;
  private final ImageSize size;
  private final String imageId;
  private final List<PromptEvent> events = new ArrayList<>();

  private RoboflowRequest(JsonField request, String promptId, RequestDefaults defaults) {
    this.promptId = promptId;
    this.defaults = defaults;
    size = defaults.imageSizeOf(request);
    imageId = defaults.imageIdOf(request);
  }

  static List<PromptEvent> convert(JsonField request, String promptId, RequestDefaults defaults) {
    RoboflowRequest conversion = new RoboflowRequest(request, promptId, defaults);
    request.find("mask_input").ifPresent(mask -> {
      throw mask.unsupported("send logits in the mask of a PromptEvent");
    });
    JsonField prompts = request.get("prompts");
    if (prompts.isArray()) {
      prompts.elements().forEach(conversion::addBoxes);
    } else {
      prompts.get("prompts").elements().forEach(conversion::addPrompt);
    }
    return conversion.events;
  }

  private void addPrompt(JsonField sam2) {
    PromptDraft prompt = new PromptDraft(Unit.PIXELS, size);
    sam2.find("points").map(JsonField::elements).orElse(List.of()).forEach(point -> {
      prompt.addPoint(point.get("x"), point.get("y"), point.get("positive").flag());
    });
    sam2.find("box").ifPresent(box -> {
      double x = box.get("x").finite();
      double y = box.get("y").finite();
      double halfWidth = box.get("width").finite() / 2;
      double halfHeight = box.get("height").finite() / 2;
      prompt.setBox(
          box,
          Unit.sum(x, -halfWidth),
          Unit.sum(y, -halfHeight),
          Unit.sum(x, halfWidth),
          Unit.sum(y, halfHeight));
    });
    add(sam2, prompt);
  }

  private void addBoxes(JsonField sam3) {
    sam3.find("text").ifPresent(text -> {
      throw text.unsupported(JsonField.NO_TEXT);
    });
    List<JsonField> boxes = sam3.get("boxes").elements();
    sam3.find("box_labels")
        .ifPresent(labels -> labels
            .elements(boxes.size(), "an array of %d, as many as boxes".formatted(boxes.size()))
            .forEach(JsonField::requirePositive));
    for (JsonField box : boxes) {
      PromptDraft prompt = new PromptDraft(Unit.PIXELS, size);
      if (box.find("x0").isPresent()) {
        prompt.setCorners(box, box.get("x0"), box.get("y0"), box.get("x1"), box.get("y1"));
      } else {
        prompt.setCornerAndSize(
            box, box.get("x"), box.get("y"), box.get("width"), box.get("height"));
      }
      add(box, prompt);
    }
  }

  private void add(JsonField field, PromptDraft prompt) {
    events.add(prompt.event(field, promptId + '/' + events.size(), imageId, defaults));
  }
}
