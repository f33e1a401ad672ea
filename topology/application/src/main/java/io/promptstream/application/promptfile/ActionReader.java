package io.promptstream.application.promptfile;

import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import java.nio.file.Path;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads an action of a session from a JSON object of its fields. {@code action} is an object with
 * one member, whose name is that of the action's record and whose value has the record's fields. It
 * checks only the form: the application validates actions.
 */
public final class ActionReader {
  /** Reads actions from a source that is not trusted: masks cannot be paths of files. */
  public static final ActionReader WITHOUT_FILES = new ActionReader(null);

  private static final Set<String> FIELDS =
      Set.of("action_id", "session_id", "object_id", "image_id", "image_size", "model", "action");

  private final EventReader events;

  /** Takes the file; paths of masks are relative to it. Without it, paths are refused. */
  ActionReader(@Nullable Path file) {
    events = new EventReader(file);
  }

  /**
   * Reads one action.
   *
   * @throws IntakeException if it is not of this form; the message names the field
   */
  public PromptAction read(JsonField action) {
    action.requireOnly(FIELDS);
    PromptAction.Builder builder = PromptAction.newBuilder()
        .setActionId(action.get("action_id").text())
        .setSessionId(action.get("session_id").text())
        .setImageId(action.get("image_id").text())
        .setAction(what(action.get("action")));
    action.find("object_id").map(JsonField::text).ifPresent(builder::setObjectId);
    action.find("image_size").map(EventReader::imageSize).ifPresent(builder::setImageSize);
    action.find("model").map(JsonField::text).ifPresent(builder::setModel);
    return builder.build();
  }

  private Object what(JsonField action) {
    String name = action.onlyMember();
    JsonField fields = action.get(name);
    return switch (name) {
      case "AddPoint" -> new AddPoint(EventReader.point(member(fields, "point")));
      case "RemovePoint" -> removePoint(fields);
      case "SetBox" -> new SetBox(EventReader.box(member(fields, "box")));
      case "SetMask" -> new SetMask(events.mask(member(fields, "mask")));
      case "ClearBox" -> empty(fields, new ClearBox());
      case "ClearMask" -> empty(fields, new ClearMask());
      case "Undo" -> empty(fields, new Undo());
      case "Redo" -> empty(fields, new Redo());
      case "Clear" -> empty(fields, new Clear());
      case "Close" -> empty(fields, new Close());
      default -> throw fields.unsupported("there is no such action");
    };
  }

  private static JsonField member(JsonField fields, String name) {
    fields.requireOnly(Set.of(name));
    return fields.get(name);
  }

  private static RemovePoint removePoint(JsonField fields) {
    fields.requireOnly(Set.of("x", "y", "radius"));
    return new RemovePoint(
        fields.get("x").number(), fields.get("y").number(), fields.get("radius").number());
  }

  private static Object empty(JsonField fields, Object action) {
    fields.requireOnly(Set.of());
    return action;
  }
}
