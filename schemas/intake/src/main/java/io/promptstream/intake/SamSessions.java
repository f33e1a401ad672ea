package io.promptstream.intake;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Converts the requests of a client to the video predictor of SAM 2 or SAM 3 to actions. Each frame
 * is an image, {@code IMAGE#FRAME}, and has a session of its own, {@code SESSION#FRAME}: all
 * actions of a session have the same image, by which they are keyed. The image is the request's
 * {@code image_id}, the default, or the session's id.
 *
 * <p>The formats are those of {@code demo/backend/server/inference/data_types.py} of SAM 2, whose
 * points are fractions, and of {@code handle_request} in {@code sam3/model/sam3_base_predictor.py}
 * of SAM 3, whose points are fractions or, if {@code rel_coordinates} is false, pixels of the
 * model's input, and whose boxes are fractions: corner and size.
 *
 * <p>Some requests are about all objects or all frames, without naming them, and an action that
 * clears nothing is rejected. So a converter remembers the objects of the requests that it has
 * seen, up to 10,000, and must see all requests of a session. Requests that change no prompt give
 * no actions. A converter is not safe for use by several threads.
 */
public final class SamSessions {
  private static final int MOST_OBJECTS = 10_000;

  /** Requests that change no prompt. */
  private static final Set<String> PROMPTLESS = Set.of(
      "start_session",
      "renew_session",
      "save_session",
      "propagate_in_video",
      "cancel_propagate_in_video",
      "cancel_propagation");

  private final String objectField;
  private final RequestDefaults defaults;

  /** The objects of open sessions, and whether they have a prompt that can be cleared. */
  private final Map<Target, Boolean> objects = new LinkedHashMap<>(16, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<Target, Boolean> eldest) {
      forgotten |= size() > MOST_OBJECTS;
      return size() > MOST_OBJECTS;
    }
  };

  /** Whether an object that is not known may be an old one. */
  private boolean forgotten;

  private record Target(Frame frame, @Nullable String object) {}

  private record Frame(String session, int number, String imageId) {}

  private SamSessions(String objectField, RequestDefaults defaults) {
    this.objectField = objectField;
    this.defaults = defaults;
  }

  /** Returns a converter of requests to SAM 2's demo server. */
  public static SamSessions sam2(RequestDefaults defaults) {
    return new SamSessions("object_id", defaults);
  }

  /** Returns a converter of requests to SAM 3's predictor. */
  public static SamSessions sam3(RequestDefaults defaults) {
    return new SamSessions("obj_id", defaults);
  }

  /**
   * Converts the next request.
   *
   * @param request the JSON document
   * @param requestId identifies the request; a slash and the number of the action follow in the id
   *     of each action
   * @return the actions in their order, each on an object of one frame
   * @throws IntakeException if the request is not of this format, or has something that the prompt
   *     encoder has no input for; it then changes nothing
   */
  public List<PromptAction> convert(JsonNode request, String requestId) {
    JsonField root = JsonField.root(request);
    return PROMPTLESS.contains(root.get("type").text())
        ? List.of()
        : new Conversion(root, requestId).convert();
  }

  /** The conversion of one request. */
  private final class Conversion {
    private final JsonField request;
    private final String requestId;
    private final String session;
    private final List<PromptAction> actions = new ArrayList<>();

    Conversion(JsonField request, String requestId) {
      this.request = request;
      this.requestId = requestId;
      session = request.get("session_id").id();
    }

    List<PromptAction> convert() {
      JsonField type = request.get("type");
      switch (type.text()) {
        case "add_points" -> addPoints(Unit.FRACTION, "labels");
        case "add_prompt" -> addPrompt();
        case "add_mask" -> addMask();
        case "clear_points_in_frame" -> clear(target());
        case "clear_points_in_video", "reset_session" -> known(target -> true).forEach(this::clear);
        case "remove_object" -> {
          String object = request.get(objectField).id();
          known(target -> object.equals(target.object())).forEach(this::clear);
        }
        case "close_session" -> close();
        default -> throw type.refused("a request of SAM 2 or SAM 3 that changes a prompt");
      }
      return actions;
    }

    private List<Target> known(Predicate<Target> which) {
      return objects.keySet().stream()
          .filter(target -> target.frame().session().equals(session) && which.test(target))
          .toList();
    }

    private Target target() {
      JsonField frame = request.get("frame_index");
      if (frame.integer() < 0) {
        throw frame.refused("the number of a frame, from 0");
      }
      boolean named = defaults.imageId() != null || request.find("image_id").isPresent();
      String image = named ? defaults.imageIdOf(request) : session;
      return new Target(
          new Frame(session, frame.integer(), image + '#' + frame.integer()),
          request.find(objectField).map(JsonField::id).orElse(null));
    }

    private void add(Target target, @Nullable ImageSize size, Object action) {
      actions.add(new PromptAction(
          requestId + '/' + actions.size(),
          session + '#' + target.frame().number(),
          target.object(),
          target.frame().imageId(),
          size,
          defaults.model(),
          action));
      objects.put(target, !(action instanceof Clear));
    }

    private void clear(Target target) {
      if (objects.getOrDefault(target, forgotten)) {
        add(target, null, new Clear());
      }
    }

    private void close() {
      List<Target> targets = known(target -> true);
      targets.stream()
          .map(Target::frame)
          .distinct()
          .forEach(frame -> add(new Target(frame, null), null, new Close()));
      objects.keySet().removeIf(target -> target.frame().session().equals(session));
    }

    private void addPrompt() {
      request.find("text").ifPresent(text -> {
        throw text.unsupported(JsonField.NO_TEXT);
      });
      if (request.find("bounding_boxes").isPresent()) {
        addBox();
        return;
      }
      boolean fractions = request.find("rel_coordinates").map(JsonField::flag).orElse(true);
      addPoints(fractions ? Unit.FRACTION : Unit.SAM3_PIXELS, "point_labels");
    }

    private void addBox() {
      request.find("points").ifPresent(points -> {
        throw points.unsupported("SAM 3 takes points or a box; send each in a request of its own");
      });
      JsonField box = request
          .get("bounding_boxes")
          .elements(1, "one box: send each box in a request of its own")
          .get(0);
      request
          .find("bounding_box_labels")
          .ifPresent(labels -> labels.elements(1, "one label").get(0).requirePositive());
      request.find("clear_old_boxes").filter(clear -> !clear.flag()).ifPresent(clear -> {
        throw clear.unsupported("a prompt has at most one box");
      });
      PromptDraft prompt = new PromptDraft(Unit.FRACTION, defaults.imageSizeOf(request));
      List<JsonField> numbers = box.elements(4, "[x, y, width, height]");
      prompt.setCornerAndSize(box, numbers.get(0), numbers.get(1), numbers.get(2), numbers.get(3));
      addAll(prompt, true);
    }

    private void addPoints(Unit unit, String labelsField) {
      request.get(objectField).id();
      List<JsonField> points = request.get("points").elements();
      List<JsonField> labels = request
          .get(labelsField)
          .elements(points.size(), "an array of %d, as many as points".formatted(points.size()));
      PromptDraft prompt = new PromptDraft(unit, defaults.imageSizeOf(request));
      for (int i = 0; i < points.size(); i++) {
        prompt.addPoint(points.get(i), labels.get(i).flag());
      }
      addAll(prompt, request.find("clear_old_points").map(JsonField::flag).orElse(true));
    }

    private void addAll(PromptDraft prompt, boolean clear) {
      Target target = target();
      PromptEvent event = prompt.event(request, requestId, target.frame().imageId(), defaults);
      if (clear) {
        clear(target);
      }
      if (event.getBox() != null) {
        add(target, event.getImageSize(), new SetBox(event.getBox()));
      }
      event.getPoints().forEach(point -> {
        add(target, event.getImageSize(), new AddPoint(point));
      });
    }

    private void addMask() {
      request.get(objectField).id();
      Target target = target();
      ImageSize size = defaults.imageSizeOf(request);
      Object mask = CocoMask.rle(request.get("mask"));
      clear(target);
      add(target, size, new SetMask(mask));
    }
  }
}
