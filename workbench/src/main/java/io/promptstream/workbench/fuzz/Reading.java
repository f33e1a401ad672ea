package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.schemas.DataType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an event's value says, whoever wrote it; not validated.
 *
 * @param size null where coordinates are in the model frame
 * @param model null for the application's first
 */
record Reading(
    String promptId,
    String imageId,
    @Nullable ImageSize size,
    List<Point> points,
    @Nullable Box box,
    @Nullable RawMask mask,
    @Nullable String model) {
  Reading {
    points = List.copyOf(points);
  }

  /**
   * A mask as it came.
   *
   * @param logits little-endian
   */
  record RawMask(DataType type, int height, int width, ByteBuffer logits) {}
}
