package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.schemas.DataType;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * The fields of an event, whatever its writer's schema; not validated.
 *
 * @param imageMask a mask of another kind, as it was read
 * @param size null if coordinates are in the model frame
 * @param model null for the application's first model
 */
record Reading(
    String promptId,
    String imageId,
    @Nullable ImageSize size,
    List<Point> points,
    @Nullable Box box,
    @Nullable RawMask mask,
    @Nullable GenericRecord imageMask,
    @Nullable String model) {
  Reading {
    points = List.copyOf(points);
  }

  /**
   * A mask before decoding.
   *
   * @param logits little-endian
   */
  record RawMask(DataType type, int height, int width, ByteBuffer logits) {}
}
