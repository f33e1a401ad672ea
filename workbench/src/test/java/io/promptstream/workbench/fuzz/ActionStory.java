package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.PointLabel;
import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.Undo;
import io.promptstream.topology.errors.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Three actions on one object of their own: a point is added, an action of some kind follows, and
 * another point is added. The last prompt shows what the second action changed: nothing, if it was
 * rejected.
 */
final class ActionStory {
  /** Number of actions. */
  static final int LENGTH = 3;

  private final EventRandom draw;
  private final ActionKind kind;
  private final PromptAction first;
  private final PromptAction last;

  private ActionStory(ActionKind kind, EventRandom draw) {
    this.kind = kind;
    this.draw = draw;
    ImageSize size = kind == ActionKind.LARGE_MASK ? HostileActions.LARGE : GoodPrompts.size();
    List<Point> points = GoodPrompts.points(draw, size, 2);
    first = new PromptAction(
        "first",
        EventRandom.MARKER + "-session-" + draw.number(),
        draw.oneIn(2) ? null : "object",
        draw.imageId(),
        size,
        null,
        new AddPoint(points.get(0)));
    last = PromptAction.newBuilder(first)
        .setActionId("last")
        .setAction(new AddPoint(points.get(1)))
        .build();
  }

  /** An action and its predicted outcome. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Told(ActionKind kind, byte @Nullable [] value, Verdict verdict) {}

  /** Returns the actions of a story of this kind. */
  static List<Told> of(ActionKind kind, EventRandom draw) {
    return new ActionStory(kind, draw).told();
  }

  private List<Told> told() {
    Told opening = told(first, prompt(1, first));
    byte[] value = kind.make(draw, first);
    return switch (kind) {
      case ADD_POINT, LONGEST_ID ->
        List.of(
            opening,
            new Told(kind, value, prompt(2, first, first)),
            told(last, prompt(3, first, first, last)));
      case UNDO -> List.of(opening, new Told(kind, value, prompt(2)), told(last, prompt(3, last)));
      case NOTHING_TO_UNDO ->
        List.of(
            opening,
            new Told(ActionKind.UNDO, value, prompt(2)),
            new Told(kind, againUndone(), rejected()));
      case CLOSE ->
        List.of(opening, new Told(kind, value, rejected()), told(last, prompt(3, last)));
      default ->
        List.of(opening, new Told(kind, value, rejected()), told(last, prompt(2, first, last)));
    };
  }

  private byte[] againUndone() {
    return HostileActions.write(
        draw, PromptAction.newBuilder(last).setAction(new Undo()).build());
  }

  private Told told(PromptAction action, Verdict verdict) {
    return new Told(ActionKind.ADD_POINT, HostileActions.write(draw, action), verdict);
  }

  /** Returns the verdict of the kind's code; without a code, the action has no outcome. */
  private Verdict rejected() {
    return new Verdict(null, kind.code().map(Set::of).orElse(Set.of()));
  }

  /** Returns the verdict of a prompt with the points of these actions. */
  private Verdict prompt(int revision, PromptAction... added) {
    String object = first.getObjectId() == null ? "" : first.getObjectId() + "/";
    return new Verdict(
        new Reading(
            first.getSessionId() + "/" + object + revision,
            first.getImageId(),
            new io.promptstream.encoder.ImageSize(
                first.getImageSize().getHeight(), first.getImageSize().getWidth()),
            Stream.of(added).map(action -> point((AddPoint) action.getAction())).toList(),
            null,
            null,
            null,
            null),
        Set.<ErrorCode>of());
  }

  private static io.promptstream.encoder.Point point(AddPoint add) {
    Point point = add.getPoint();
    return new io.promptstream.encoder.Point(
        point.getX(), point.getY(), PointLabel.valueOf(point.getLabel().name()));
  }
}
