package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.schemas.DataType;
import io.promptstream.workbench.fuzz.Reading.RawMask;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Reads events with plain Avro and the writer's schema, to the last byte: no schema resolution, no
 * generated classes, and no code of the application.
 */
final class PlainAvro {
  private PlainAvro() {}

  /**
   * Reads a datum.
   *
   * @param written the writer's schema, of a prompt event
   * @param value contains the datum from {@link AvroBytes#HEADER_BYTES} on
   * @return empty if the bytes are not a datum of that schema with valid UTF-8 in all strings
   */
  static Optional<Reading> read(ForeignSchema written, byte[] value) {
    int start = AvroBytes.HEADER_BYTES;
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(value, start, value.length - start, null);
    try {
      GenericRecord datum = new GenericDatumReader<GenericRecord>(written.schema()).read(null, in);
      return in.isEnd() ? Optional.of(reading(datum)) : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  private static Reading reading(GenericRecord event) throws CharacterCodingException {
    return new Reading(
        text(requireNonNull(get(event, "prompt_id"))),
        text(requireNonNull(get(event, "image_id"))),
        imageSize((GenericRecord) get(event, "image_size")),
        points((List<?>) get(event, "points")),
        box((GenericRecord) get(event, "box")),
        mask((GenericRecord) get(event, "mask")),
        imageMask((GenericRecord) get(event, "mask")),
        get(event, "model") instanceof Utf8 model ? text(model) : null);
  }

  /** Returns the field, or null if the writer's schema does not have it. */
  private static @Nullable Object get(GenericRecord record, String field) {
    return record.hasField(field) ? record.get(field) : null;
  }

  private static String text(Object string) throws CharacterCodingException {
    Utf8 utf8 = (Utf8) string;
    return UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(utf8.getBytes(), 0, utf8.getByteLength()))
        .toString();
  }

  private static @Nullable ImageSize imageSize(@Nullable GenericRecord size) {
    return size == null
        ? null
        : new ImageSize((Integer) size.get("height"), (Integer) size.get("width"));
  }

  private static List<Point> points(@Nullable List<?> points) {
    return points == null
        ? List.of()
        : points.stream().map(point -> point((GenericRecord) point)).toList();
  }

  private static Point point(GenericRecord point) {
    return new Point(
        real(point, "x"), real(point, "y"), label(point.get("label").toString()));
  }

  /** Returns {@link PointLabel#NOT_A_POINT} for the unknown symbol. */
  private static PointLabel label(String symbol) {
    return symbol.equals("UNKNOWN") ? PointLabel.NOT_A_POINT : PointLabel.valueOf(symbol);
  }

  private static @Nullable Box box(@Nullable GenericRecord box) {
    return box == null
        ? null
        : new Box(real(box, "x_min"), real(box, "y_min"), real(box, "x_max"), real(box, "y_max"));
  }

  private static double real(GenericRecord record, String field) {
    return ((Number) record.get(field)).doubleValue();
  }

  private static @Nullable RawMask mask(@Nullable GenericRecord mask) {
    return mask == null || !isLogits(mask)
        ? null
        : new RawMask(
            DataType.valueOf(mask.get("data_type").toString()),
            (Integer) mask.get("height"),
            (Integer) mask.get("width"),
            (ByteBuffer) mask.get("logits"));
  }

  private static @Nullable GenericRecord imageMask(@Nullable GenericRecord mask) {
    return mask == null || isLogits(mask) ? null : mask;
  }

  private static boolean isLogits(GenericRecord mask) {
    return mask.getSchema().getName().equals("LogitsMask");
  }
}
