package io.promptstream.topology.session;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import java.nio.ByteBuffer;

/** Actions on one object of one session. */
final class Actions {
  static final ImageSize SIZE = new ImageSize(1200, 1800);

  private Actions() {}

  static PromptAction action(String id, Object what) {
    return new PromptAction(id, "s", "o", "truck.jpg", SIZE, null, what);
  }

  static AddPoint add(double x, double y) {
    return new AddPoint(point(x, y));
  }

  static Point point(double x, double y) {
    return new Point(x, y, PointLabel.FOREGROUND);
  }

  static RemovePoint remove(double x, double y, double radius) {
    return new RemovePoint(x, y, radius);
  }

  static SetBox box(double right) {
    return new SetBox(new Box(0.0, 0.0, right, 10.0));
  }

  static SetMask mask(int bytes, int content) {
    byte[] logits = new byte[bytes];
    logits[0] = (byte) content;
    return new SetMask(new LogitsMask(DataType.FLOAT32, 256, 256, ByteBuffer.wrap(logits)));
  }
}
