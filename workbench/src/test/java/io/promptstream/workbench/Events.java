package io.promptstream.workbench;

import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Prompt;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Creates prompt events for tests. */
final class Events {
  private Events() {}

  /** Returns a valid click on an image of 640×480. */
  static PromptEvent click(String promptId) {
    return click(promptId, 320, 240);
  }

  static PromptEvent click(String promptId, double x, double y) {
    return builder(promptId)
        .setPoints(List.of(new Point(x, y, PointLabel.FOREGROUND)))
        .build();
  }

  static PromptEvent.Builder builder(String promptId) {
    return PromptEvent.newBuilder()
        .setPromptId(promptId)
        .setImageId("image-" + promptId.hashCode() % 7)
        .setImageSize(new ImageSize(480, 640));
  }

  /** Returns the event for a prompt of the encoder. */
  static PromptEvent of(String promptId, Prompt prompt) {
    io.promptstream.encoder.ImageSize size = prompt.imageSize();
    io.promptstream.encoder.Box box = prompt.box();
    return builder(promptId)
        .setImageSize(size == null ? null : new ImageSize(size.height(), size.width()))
        .setPoints(prompt.points().stream()
            .map(p -> new Point(p.x(), p.y(), PointLabel.valueOf(p.label().name())))
            .toList())
        .setBox(box == null ? null : new Box(box.xMin(), box.yMin(), box.xMax(), box.yMax()))
        .setMask(mask(prompt.mask()))
        .build();
  }

  private static @Nullable LogitsMask mask(@Nullable MaskLogits mask) {
    if (mask == null) {
      return null;
    }
    ByteBuffer logits =
        ByteBuffer.allocate(mask.logits().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    logits.asFloatBuffer().put(mask.logits());
    return new LogitsMask(DataType.FLOAT32, mask.height(), mask.width(), logits);
  }
}
