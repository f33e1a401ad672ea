package io.promptstream.intake;

import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.RleMask;
import java.util.List;

/**
 * Reads masks in COCO's two forms: polygons, an array of rings [x0, y0, x1, y1, …] in pixels, and
 * run lengths, an object with {@code size} [height, width] and {@code counts}, compressed or an
 * array. Like an invalid box, a mask that does not match its image is rejected by the stream.
 */
public final class CocoMask {
  private CocoMask() {}

  static Object read(JsonField segmentation) {
    return segmentation.isArray() ? polygons(segmentation) : rle(segmentation);
  }

  /** Reads an array of rings. */
  public static PolygonMask polygons(JsonField rings) {
    return new PolygonMask(rings.list(ring -> ring.list(JsonField::number)));
  }

  static RleMask rle(JsonField segmentation) {
    List<JsonField> size = segmentation.get("size").elements(2, "[height, width]");
    return new RleMask(
        size.get(0).integer(), size.get(1).integer(), counts(segmentation.get("counts")));
  }

  /** Reads run lengths, a string or an array. */
  public static Object counts(JsonField counts) {
    return counts.isText() ? counts.text() : counts.list(JsonField::integer);
  }
}
