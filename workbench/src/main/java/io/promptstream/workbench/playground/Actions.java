package io.promptstream.workbench.playground;

import static java.util.Map.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import java.util.Map;
import java.util.function.Function;

/** Reads an action from a JSON object of its fields; a field names the kind of the action. */
final class Actions {
  private static final Map<String, Function<JsonField, Object>> KINDS = Map.ofEntries(
      entry(
          "add_point",
          point -> new AddPoint(new Point(
              point.get("x").number(),
              point.get("y").number(),
              point.get("label").constant(PointLabel.class)))),
      entry(
          "remove_point",
          point -> new RemovePoint(
              point.get("x").number(),
              point.get("y").number(),
              point.get("radius").number())),
      entry(
          "set_box",
          box -> new SetBox(new Box(
              box.get("x_min").number(),
              box.get("y_min").number(),
              box.get("x_max").number(),
              box.get("y_max").number()))),
      entry("set_mask", mask -> new SetMask(mask.has("rings") ? polygons(mask) : rle(mask))),
      entry("clear_box", none -> new ClearBox()),
      entry("clear_mask", none -> new ClearMask()),
      entry("undo", none -> new Undo()),
      entry("redo", none -> new Redo()),
      entry("clear", none -> new Clear()),
      entry("close", none -> new Close()));

  private Actions() {}

  /**
   * Reads an action.
   *
   * @throws IllegalArgumentException if a field is missing or has another type; names the field
   */
  static PromptAction read(JsonNode json) {
    JsonField action = JsonField.root(json);
    JsonField size = action.get("image_size");
    var kinds =
        KINDS.entrySet().stream().filter(kind -> action.has(kind.getKey())).toList();
    if (kinds.size() != 1) {
      throw new IllegalArgumentException("An action has one of " + KINDS.keySet());
    }
    var kind = kinds.get(0);
    return new PromptAction(
        action.get("action_id").text(),
        action.get("session_id").text(),
        action.get("object_id").text(),
        action.get("image_id").text(),
        new ImageSize(size.get("height").integer(), size.get("width").integer()),
        null,
        kind.getValue().apply(action.get(kind.getKey())));
  }

  private static PolygonMask polygons(JsonField mask) {
    return new PolygonMask(mask.get("rings").list(ring -> ring.list(JsonField::number)));
  }

  private static RleMask rle(JsonField mask) {
    JsonField counts = mask.get("counts");
    return new RleMask(
        mask.get("height").integer(),
        mask.get("width").integer(),
        counts.isText() ? counts.text() : counts.list(JsonField::integer));
  }
}
