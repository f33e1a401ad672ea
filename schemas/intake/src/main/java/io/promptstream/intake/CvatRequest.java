package io.promptstream.intake;

import io.promptstream.schemas.PromptEvent;
import java.util.List;

/**
 * Converts the request of CVAT to an interactor, in pixels.
 *
 * <p>The format is that of {@code LambdaFunction.invoke} in
 * {@code cvat/apps/lambda_manager/views.py}, which calls serverless functions with
 * {@code pos_points}, {@code neg_points} and {@code obj_bbox}. The box is null, two corners
 * {@code [[x, y], [x, y]]}, or {@code [x1, y1, x2, y2]}, as the interactors have it.
 */
final class CvatRequest {
  private CvatRequest() {}

  static List<PromptEvent> convert(JsonField request, String promptId, RequestDefaults defaults) {
    PromptDraft prompt = new PromptDraft(Unit.PIXELS, defaults.imageSizeOf(request));
    request.find("pos_points").ifPresent(points -> prompt.addPoints(points, true));
    request.find("neg_points").ifPresent(points -> prompt.addPoints(points, false));
    request.find("obj_bbox").ifPresent(box -> addBox(prompt, box));
    return List.of(prompt.event(request, promptId, defaults.imageIdOf(request), defaults));
  }

  private static void addBox(PromptDraft prompt, JsonField box) {
    if (box.elements().size() != 2) {
      prompt.setCorners(box);
      return;
    }
    List<JsonField> first = box.elements().get(0).elements(2, "[x, y]");
    List<JsonField> second = box.elements().get(1).elements(2, "[x, y]");
    prompt.setCorners(box, first.get(0), first.get(1), second.get(0), second.get(1));
  }
}
