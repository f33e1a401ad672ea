package io.promptstream.workbench.guarantee;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import io.promptstream.topology.errors.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The expected prompts of one object: a list of all of them, with a place in it that Undo and Redo
 * move. It has no code of the application.
 */
final class ListFold {
  private static final Content EMPTY = new Content(List.of(), null, null);

  private final List<Content> contents = new ArrayList<>();
  private int current;
  private long revision;

  /** The content of a prompt. */
  record Content(
      List<Point> points, @Nullable Box box, @Nullable PolygonMask mask) {}

  boolean isOpen() {
    return !contents.isEmpty();
  }

  long revision() {
    return revision;
  }

  Content content() {
    return isOpen() ? contents.get(current) : EMPTY;
  }

  /** Applies an action; returns the code of its rejection, or null if it is accepted. */
  @Nullable ErrorCode apply(Object what, ImageSize size) {
    boolean adds = what instanceof AddPoint || what instanceof SetBox || what instanceof SetMask;
    if (!isOpen() && !adds) {
      return ErrorCode.UNKNOWN_OBJECT;
    }
    if (!size.equals(RandomActions.SIZE)) {
      return ErrorCode.SESSION_MISMATCH;
    }
    if (what instanceof AddPoint add && add.getPoint().getX() > size.getWidth()) {
      return ErrorCode.OUT_OF_IMAGE;
    }
    ErrorCode code = changed(what);
    revision += code == null ? 1 : 0;
    return code;
  }

  private @Nullable ErrorCode changed(Object what) {
    if (what instanceof Undo) {
      return moved(-1) ? null : ErrorCode.NOTHING_TO_UNDO;
    }
    if (what instanceof Redo) {
      return moved(1) ? null : ErrorCode.NOTHING_TO_REDO;
    }
    Optional<Content> next = next(what);
    if (next.isEmpty()) {
      return what instanceof RemovePoint ? ErrorCode.NO_POINT_NEAR : ErrorCode.NOTHING_TO_CLEAR;
    }
    if (!isOpen()) {
      contents.add(EMPTY);
    }
    contents.subList(current + 1, contents.size()).clear();
    contents.add(next.get());
    current++;
    return null;
  }

  private boolean moved(int by) {
    boolean possible = current + by >= 0 && current + by < contents.size();
    current += possible ? by : 0;
    return possible;
  }

  private Optional<Content> next(Object what) {
    Content now = content();
    List<Point> points = new ArrayList<>(now.points());
    if (what instanceof AddPoint add) {
      points.add(add.getPoint());
      return Optional.of(new Content(points, now.box(), now.mask()));
    }
    if (what instanceof RemovePoint remove) {
      Optional<Point> nearest = points.stream()
          .filter(point -> distance(point, remove) <= remove.getRadius())
          .min(Comparator.comparingDouble(point -> distance(point, remove)));
      nearest.ifPresent(points::remove);
      return nearest.map(removed -> new Content(points, now.box(), now.mask()));
    }
    if (what instanceof SetBox set) {
      return Optional.of(new Content(points, set.getBox(), now.mask()));
    }
    if (what instanceof SetMask set) {
      return Optional.of(new Content(points, now.box(), (PolygonMask) set.getMask()));
    }
    Content left = EMPTY;
    if (what instanceof ClearBox) {
      left = new Content(points, null, now.mask());
    } else if (what instanceof ClearMask) {
      left = new Content(points, now.box(), null);
    }
    return left.equals(now) ? Optional.empty() : Optional.of(left);
  }

  private static double distance(Point point, RemovePoint from) {
    return Math.hypot(point.getX() - from.getX(), point.getY() - from.getY());
  }

  /** Ends the session, which is a revision without a prompt. */
  void close() {
    if (isOpen()) {
      contents.clear();
      current = 0;
      revision++;
    }
  }
}
