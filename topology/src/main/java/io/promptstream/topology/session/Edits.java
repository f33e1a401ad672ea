package io.promptstream.topology.session;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.DeletePoint;
import io.promptstream.schemas.InsertPoint;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.ReplaceBox;
import io.promptstream.schemas.ReplaceMask;
import io.promptstream.schemas.ReplacePrompt;
import io.promptstream.schemas.SessionPrompt;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import java.util.ArrayList;
import java.util.List;

/**
 * The changes of a prompt: {@link InsertPoint}, {@link DeletePoint}, {@link ReplaceBox},
 * {@link ReplaceMask} and {@link ReplacePrompt}. Each has an inverse.
 */
final class Edits {
  static final SessionPrompt EMPTY = new SessionPrompt(List.of(), null, null);

  private Edits() {}

  /**
   * Returns the edit that an action makes, other than Undo and Redo.
   *
   * @throws RejectedEventException if the action would change nothing
   */
  static Object of(Object what, SessionPrompt prompt) {
    if (what instanceof AddPoint add) {
      return new InsertPoint(prompt.getPoints().size(), add.getPoint());
    }
    if (what instanceof RemovePoint remove) {
      return new DeletePoint(nearest(prompt.getPoints(), remove));
    }
    if (what instanceof SetBox set) {
      return new ReplaceBox(set.getBox());
    }
    if (what instanceof SetMask set) {
      return new ReplaceMask(set.getMask());
    }
    if (what instanceof ClearBox) {
      requirePresent(prompt.getBox() != null, "The prompt has no box");
      return new ReplaceBox(null);
    }
    if (what instanceof ClearMask) {
      requirePresent(prompt.getMask() != null, "The prompt has no mask");
      return new ReplaceMask(null);
    }
    requirePresent(what instanceof Close || !prompt.equals(Edits.EMPTY), "The prompt is empty");
    return new ReplacePrompt(Edits.EMPTY);
  }

  private static void requirePresent(boolean present, String message) {
    if (!present) {
      throw new RejectedEventException(ErrorCode.NOTHING_TO_CLEAR, message);
    }
  }

  /** Returns the index of the nearest point; of several, the one that was added last. */
  private static int nearest(List<Point> points, RemovePoint remove) {
    int nearest = -1;
    double distance = remove.getRadius();
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      double its = Math.hypot(point.getX() - remove.getX(), point.getY() - remove.getY());
      if (its <= distance) {
        nearest = i;
        distance = its;
      }
    }
    if (nearest < 0) {
      throw new RejectedEventException(
          ErrorCode.NO_POINT_NEAR,
          "There is no point within %s pixels of (%s, %s)"
              .formatted(remove.getRadius(), remove.getX(), remove.getY()));
    }
    return nearest;
  }

  /** Returns the prompt after an edit. */
  static SessionPrompt apply(Object edit, SessionPrompt prompt) {
    if (edit instanceof InsertPoint insert) {
      List<Point> points = new ArrayList<>(prompt.getPoints());
      points.add(insert.getIndex(), insert.getPoint());
      return new SessionPrompt(points, prompt.getBox(), prompt.getMask());
    }
    if (edit instanceof DeletePoint delete) {
      List<Point> points = new ArrayList<>(prompt.getPoints());
      points.remove(delete.getIndex());
      return new SessionPrompt(points, prompt.getBox(), prompt.getMask());
    }
    if (edit instanceof ReplaceBox replace) {
      return new SessionPrompt(prompt.getPoints(), replace.getBox(), prompt.getMask());
    }
    if (edit instanceof ReplaceMask replace) {
      return new SessionPrompt(prompt.getPoints(), prompt.getBox(), replace.getMask());
    }
    return ((ReplacePrompt) edit).getPrompt();
  }

  /** Returns the edit that leads back to a prompt after an edit of it. */
  static Object inverse(Object edit, SessionPrompt prompt) {
    if (edit instanceof InsertPoint insert) {
      return new DeletePoint(insert.getIndex());
    }
    if (edit instanceof DeletePoint delete) {
      int index = delete.getIndex();
      return new InsertPoint(index, prompt.getPoints().get(index));
    }
    if (edit instanceof ReplaceBox) {
      return new ReplaceBox(prompt.getBox());
    }
    if (edit instanceof ReplaceMask) {
      return new ReplaceMask(prompt.getMask());
    }
    return new ReplacePrompt(prompt);
  }
}
