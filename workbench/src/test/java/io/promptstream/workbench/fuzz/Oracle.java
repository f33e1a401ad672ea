package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.schemas.DataType;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.fuzz.Reading.RawMask;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;

/**
 * Determines the expected result of an event from its raw bytes and the contract, without any code
 * of the application.
 */
final class Oracle {
  private static final int WIDTH_BYTES = 256 * Float.BYTES;
  private static final int NO_MASK_BYTES = WIDTH_BYTES;
  private static final int FACTORED_BYTES = 16 * 64 * 64 * Float.BYTES + 17 * WIDTH_BYTES;

  /** Upper bound for the other fields of a result and for tokens that are not points. */
  private static final int SLACK = 4_096;

  private static final int HEADER_SLACK = 32;

  /** Below this limit all activations and their squares are finite. */
  private static final float LOGIT_LIMIT = 0x1p48f;

  private final SchemaIds ids;
  private final int maxRequestSize;

  Oracle(SchemaIds ids, int maxRequestSize) {
    this.ids = ids;
    this.maxRequestSize = maxRequestSize;
  }

  Verdict judge(FuzzEvent event) {
    if (event.verdict() != null) {
      return event.verdict();
    }
    if (event.headers().size() > Envelope.MAX_HEADERS) {
      // The value is not examined.
      return Verdict.rejected(ErrorCode.TOO_MANY_HEADERS);
    }
    byte[] value = event.value();
    if (value == null) {
      return Verdict.rejected(ErrorCode.UNDECODABLE);
    }
    if (value.length > maxRequestSize) {
      return Verdict.rejected(ErrorCode.EVENT_TOO_LARGE);
    }
    Optional<Reading> reading = read(value);
    if (reading.isEmpty()) {
      return Verdict.rejected(ErrorCode.UNDECODABLE);
    }
    Set<ErrorCode> faults = faults(reading.get());
    return faults.isEmpty() ? bySize(event, reading.get()) : new Verdict(null, faults);
  }

  private Optional<Reading> read(byte[] value) {
    if (value.length < AvroBytes.HEADER_BYTES || value[0] != 0) {
      return Optional.empty();
    }
    return ids.named(ByteBuffer.wrap(value).getInt(1))
        .filter(ForeignSchema::promptEvent)
        .flatMap(written -> PlainAvro.read(written, value));
  }

  private static Set<ErrorCode> faults(Reading reading) {
    Set<ErrorCode> faults = EnumSet.noneOf(ErrorCode.class);
    if (reading.model() != null && !reading.model().equals("default")) {
      faults.add(ErrorCode.UNKNOWN_MODEL);
    }
    if (reading.points().size() > GoodPrompts.MAX_POINTS) {
      faults.add(ErrorCode.TOO_MANY_POINTS);
    }
    ImageSize size = reading.size();
    if (size == null) {
      checkAll(faults, reading, GoodPrompts.FRAME, GoodPrompts.FRAME);
    } else if (size.height() <= 0 || size.width() <= 0) {
      // Without a valid image size, coordinates and masks of the image cannot be checked.
      faults.add(ErrorCode.IMAGE_SIZE);
    } else {
      checkAll(faults, reading, size.height(), size.width());
    }
    if (reading.mask() != null) {
      check(faults, reading.mask());
    }
    return faults;
  }

  private static void checkAll(Set<ErrorCode> faults, Reading reading, int height, int width) {
    for (Point point : reading.points()) {
      check(faults, point.x(), width);
      check(faults, point.y(), height);
      if (point.label() == PointLabel.NOT_A_POINT) {
        faults.add(ErrorCode.UNKNOWN_SYMBOL);
      }
    }
    Box box = reading.box();
    if (box != null) {
      check(faults, box.xMin(), width);
      check(faults, box.yMin(), height);
      check(faults, box.xMax(), width);
      check(faults, box.yMax(), height);
      if (box.xMax() < box.xMin() || box.yMax() < box.yMin()) {
        faults.add(ErrorCode.BOX_INVERTED);
      }
    }
    if (reading.imageMask() != null
        && PixelMask.of(reading.imageMask(), reading.size()).isEmpty()) {
      faults.add(ErrorCode.MASK_INVALID);
    }
  }

  private static void check(Set<ErrorCode> faults, double coordinate, int extent) {
    if (Double.isNaN(coordinate) || Double.isInfinite(coordinate)) {
      faults.add(ErrorCode.COORDINATE_NOT_FINITE);
    } else if (coordinate < 0 || coordinate > extent) {
      faults.add(ErrorCode.OUT_OF_IMAGE);
    }
  }

  private static void check(Set<ErrorCode> faults, RawMask mask) {
    if (mask.type() == DataType.UNKNOWN) {
      faults.add(ErrorCode.UNKNOWN_SYMBOL);
      return;
    }
    if (mask.height() != Masks.SIDE || mask.width() != Masks.SIDE || !Logits.complete(mask)) {
      faults.add(ErrorCode.MASK_SIZE);
      return;
    }
    for (float logit : Logits.of(mask)) {
      if (Float.isNaN(logit) || Float.isInfinite(logit)) {
        faults.add(ErrorCode.MASK_NOT_FINITE);
      } else if (Math.abs(logit) >= LOGIT_LIMIT) {
        faults.add(ErrorCode.MASK_OUT_OF_RANGE);
      }
    }
  }

  /** Judges by the larger of the two records; close to the limit, either outcome is right. */
  private Verdict bySize(FuzzEvent event, Reading reading) {
    int tensors = Math.max(
        reading.points().size() * WIDTH_BYTES,
        reading.mask() == null && reading.imageMask() == null ? NO_MASK_BYTES : FACTORED_BYTES);
    long keyAndHeaders = keyAndHeaders(event)
        + 4L * (reading.promptId().length() + reading.imageId().length());
    long atLeast =
        (long) tensors + reading.promptId().length() + reading.imageId().length();
    if (atLeast > maxRequestSize) {
      return Verdict.rejected(ErrorCode.RESULT_TOO_LARGE);
    }
    return tensors + keyAndHeaders + SLACK <= maxRequestSize
        ? new Verdict(reading, Set.of())
        : new Verdict(reading, Set.of(ErrorCode.RESULT_TOO_LARGE));
  }

  /** Returns an upper bound for the size of key and headers. */
  private static long keyAndHeaders(FuzzEvent event) {
    byte[] key = event.key();
    long size = key == null ? 0 : key.length;
    for (Header header : event.headers()) {
      size += HEADER_SLACK + 4L * header.key().length();
      size += header.value() == null ? 0 : header.value().length;
    }
    return size;
  }
}
