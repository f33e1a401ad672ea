package io.promptstream.intake;

import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.RleMask;
import java.util.List;

/**
 * Reads masks in COCO's two forms: polygons, an array of rings [x0, y0, x1, y1, …] in pixels, and
 * run lengths, an object with {@code size} [height, width] and {@code counts}, compressed or an
 * array. Like an invalid box, a mask that does not match its image is rejected by the stream.
 */
final class CocoMask {
  private CocoMask() {}

  static Object read(JsonField segmentation) {
    return segmentation.isArray() ? polygons(segmentation) : rle(segmentation);
  }

  private static PolygonMask polygons(JsonField segmentation) {
    return new PolygonMask(segmentation.list(ring -> ring.list(JsonField::number)));
  }

  static RleMask rle(JsonField segmentation) {
    List<JsonField> size = segmentation.get("size").elements(2, "[height, width]");
    return new RleMask(size.get(0).integer(), size.get(1).integer(), counts(segmentation));
  }

  private static Object counts(JsonField segmentation) {
    JsonField counts = segmentation.get("counts");
    return counts.isText() ? counts.text() : counts.list(JsonField::integer);
  }
}
