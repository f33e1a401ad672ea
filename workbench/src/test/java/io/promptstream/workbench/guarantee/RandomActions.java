package io.promptstream.workbench.guarantee;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import io.promptstream.workbench.guarantee.ListFold.Content;
import java.util.List;
import java.util.Random;

/** Random actions on an object, not all of which are possible. */
final class RandomActions {
  static final ImageSize SIZE = new ImageSize(Samples.HEIGHT, Samples.WIDTH);

  private static final ImageSize OTHER_SIZE = new ImageSize(Samples.WIDTH, Samples.HEIGHT);
  private static final int ONE_IN_OTHER_SIZE = 50;

  private RandomActions() {}

  /** Returns the size of the image, and rarely another. */
  static ImageSize size(Random random) {
    return random.nextInt(ONE_IN_OTHER_SIZE) == 0 ? OTHER_SIZE : SIZE;
  }

  static Object draw(Content now, Random random) {
    double x = 1 + (Samples.WIDTH - 1) * random.nextDouble();
    double y = 1 + (Samples.HEIGHT - 1) * random.nextDouble();
    if (now.mask() != null && random.nextBoolean()) {
      // A mask makes every prompt much larger.
      return random.nextBoolean() ? new Undo() : new ClearMask();
    }
    return switch (random.nextInt(24)) {
      case 0, 1, 2 -> near(now, random);
      case 3 -> new RemovePoint(x, y, 20.0);
      case 4, 5 -> new SetBox(new Box(x / 2, y / 2, x, y));
      case 6 -> new SetMask(new PolygonMask(List.of(List.of(0.0, 0.0, x, 0.0, x, y))));
      case 7 -> new ClearBox();
      case 8 -> new ClearMask();
      case 9 -> new Clear();
      case 10, 11, 12, 13 -> new Undo();
      case 14, 15 -> new Redo();
      case 16 -> add(Samples.WIDTH + x, y);
      default -> add(x, y);
    };
  }

  /** Removes one of the points, if there are any. */
  private static Object near(Content now, Random random) {
    if (now.points().isEmpty()) {
      return new RemovePoint(1.0, 1.0, 1.0);
    }
    Point point = now.points().get(random.nextInt(now.points().size()));
    return new RemovePoint(point.getX() + 0.5, point.getY(), 1.0);
  }

  private static AddPoint add(double x, double y) {
    return new AddPoint(new Point(x, y, PointLabel.FOREGROUND));
  }
}
