package io.promptstream.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.schemas.PromptEvent;
import java.util.List;
import java.util.Locale;

/** The formats of requests, each named after the tool or server that has it. */
public enum RequestFormat {
  /** A request to a machine learning backend of Label Studio. */
  LABEL_STUDIO,
  /** A request of CVAT to an interactor. */
  CVAT,
  /** The marks of samexporter and X-AnyLabeling. */
  MARKS,
  /** A request to Roboflow's inference server, with the prompts of SAM 2 or SAM 3. */
  ROBOFLOW;

  /** Returns the name that users give: lower case with hyphens. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Returns the format of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static RequestFormat named(String name) {
    return valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  /**
   * Converts one request.
   *
   * @param request the JSON document that the tool sends
   * @param promptId the id of the prompt; if the format has several prompts in a request, a slash
   *     and the number of the prompt follow
   * @return one event for each prompt, with coordinates in pixels of the original image
   * @throws IntakeException if the request is not of this format, or has something that the prompt
   *     encoder has no input for
   */
  public List<PromptEvent> convert(JsonNode request, String promptId, RequestDefaults defaults) {
    JsonField root = JsonField.root(request);
    return switch (this) {
      case LABEL_STUDIO -> LabelStudioRequest.convert(root, promptId, defaults);
      case CVAT -> CvatRequest.convert(root, promptId, defaults);
      case MARKS -> MarksRequest.convert(root, promptId, defaults);
      case ROBOFLOW -> RoboflowRequest.convert(root, promptId, defaults);
    };
  }
}
