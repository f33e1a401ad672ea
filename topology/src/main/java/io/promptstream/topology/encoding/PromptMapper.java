package io.promptstream.topology.encoding;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.InvalidPromptException;
import io.promptstream.encoder.InvalidPromptException.Reason;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.schemas.Mask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.reader.TensorReader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps prompt events to prompts of the encoder, which validates their values. */
final class PromptMapper {
  private PromptMapper() {}

  /**
   * Maps an event.
   *
   * @throws InvalidPromptException if the number of bytes of the mask does not match its size
   */
  static Prompt prompt(PromptEvent event) {
    return new Prompt(
        imageSize(event.getImageSize()),
        points(event.getPoints()),
        box(event.getBox()),
        mask(event.getMask()));
  }

  private static @Nullable ImageSize imageSize(io.promptstream.schemas.@Nullable ImageSize size) {
    return size == null ? null : new ImageSize(size.getHeight(), size.getWidth());
  }

  private static List<Point> points(List<io.promptstream.schemas.Point> points) {
    List<Point> mapped = new ArrayList<>(points.size());
    for (io.promptstream.schemas.Point point : points) {
      mapped.add(new Point(point.getX(), point.getY(), label(point.getLabel())));
    }
    return mapped;
  }

  private static PointLabel label(io.promptstream.schemas.PointLabel label) {
    return switch (label) {
      case BACKGROUND -> PointLabel.BACKGROUND;
      case FOREGROUND -> PointLabel.FOREGROUND;
    };
  }

  private static @Nullable Box box(io.promptstream.schemas.@Nullable Box box) {
    return box == null ? null : new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax());
  }

  private static @Nullable MaskLogits mask(@Nullable Mask mask) {
    if (mask == null) {
      return null;
    }
    try {
      long elements = (long) mask.getHeight() * mask.getWidth();
      float[] logits = TensorReader.floats(mask.getDataType(), elements, mask.getLogits());
      return new MaskLogits(mask.getHeight(), mask.getWidth(), logits);
    } catch (IllegalArgumentException e) {
      throw new InvalidPromptException(
          Reason.MASK_SIZE,
          "mask.logits has %d bytes for mask.height %d and mask.width %d of %s"
              .formatted(
                  mask.getLogits().remaining(),
                  mask.getHeight(),
                  mask.getWidth(),
                  mask.getDataType()));
    }
  }
}
