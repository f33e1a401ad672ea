package io.promptstream.workbench.bench;

import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A prompt of one point as five little-endian float32: x, y, label (1 is foreground, 0 background),
 * image height and width.
 */
final class EventFloats {
  private static final int COUNT = 5;

  private EventFloats() {}

  static byte[] of(PromptEvent event) {
    Point point = event.getPoints().get(0);
    return ByteBuffer.allocate(COUNT * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putFloat((float) point.getX())
        .putFloat((float) point.getY())
        .putFloat(point.getLabel() == PointLabel.FOREGROUND ? 1 : 0)
        .putFloat(event.getImageSize().getHeight())
        .putFloat(event.getImageSize().getWidth())
        .array();
  }
}
