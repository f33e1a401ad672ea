package io.promptstream.topology.encoding;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageMasks;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.InvalidPromptException;
import io.promptstream.encoder.InvalidPromptException.Reason;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.reader.TensorReader;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maps prompt events to prompts of the encoder, which validates their values. */
final class PromptMapper {
  private PromptMapper() {}

  /**
   * Maps an event.
   *
   * @param masks the converter of masks of the image
   * @throws InvalidPromptException if the number of bytes of the mask does not match its size, or a
   *     mask of the image is not valid
   * @throws RejectedEventException if an enum has a symbol that this version does not know
   */
  static Prompt prompt(PromptEvent event, ImageMasks masks) {
    ImageSize image = imageSize(event.getImageSize());
    return new Prompt(
        image, points(event.getPoints()), box(event.getBox()), mask(event.getMask(), image, masks));
  }

  private static @Nullable ImageSize imageSize(io.promptstream.schemas.@Nullable ImageSize size) {
    return size == null ? null : new ImageSize(size.getHeight(), size.getWidth());
  }

  private static List<Point> points(List<io.promptstream.schemas.Point> points) {
    List<Point> mapped = new ArrayList<>(points.size());
    for (io.promptstream.schemas.Point point : points) {
      PointLabel label = switch (point.getLabel()) {
        case BACKGROUND -> PointLabel.BACKGROUND;
        case FOREGROUND -> PointLabel.FOREGROUND;
        case UNKNOWN -> throw unknownSymbol("points[%d].label".formatted(mapped.size()));
      };
      mapped.add(new Point(point.getX(), point.getY(), label));
    }
    return mapped;
  }

  private static RejectedEventException unknownSymbol(String field) {
    return new RejectedEventException(
        ErrorCode.UNKNOWN_SYMBOL, field + " is a symbol that this version does not know");
  }

  private static @Nullable Box box(io.promptstream.schemas.@Nullable Box box) {
    return box == null ? null : new Box(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax());
  }

  private static @Nullable MaskLogits mask(
      @Nullable Object mask, @Nullable ImageSize image, ImageMasks masks) {
    if (mask instanceof LogitsMask logits) {
      return logits(logits);
    }
    if (mask instanceof RleMask rle) {
      return rle(rle, image, masks);
    }
    if (mask instanceof PolygonMask polygons) {
      return masks.polygons(image, polygons.getRings());
    }
    if (mask instanceof BitmapMask bitmap) {
      return masks.bitmap(image, bitmap.getHeight(), bitmap.getWidth(), bitmap.getBits());
    }
    return null;
  }

  @SuppressWarnings("unchecked") // a list of int, by the schema
  private static MaskLogits rle(RleMask mask, @Nullable ImageSize image, ImageMasks masks) {
    return mask.getCounts() instanceof String counts
        ? masks.rle(image, mask.getHeight(), mask.getWidth(), counts)
        : masks.rle(image, mask.getHeight(), mask.getWidth(), (List<Integer>) mask.getCounts());
  }

  private static MaskLogits logits(LogitsMask mask) {
    if (mask.getDataType() == DataType.UNKNOWN) {
      throw unknownSymbol("mask.data_type");
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
