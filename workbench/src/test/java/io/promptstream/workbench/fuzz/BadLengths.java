package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;

/** Generates values with false counts, lengths, union branches and enum symbols. */
final class BadLengths {
  private static final int FOLLOWING_BYTES = 100;
  private static final int LINKS = 40_000;
  private static final int MAX_EXTRA_BYTES = 20;

  /** Branches of the largest union. */
  private static final int MASK_KINDS = 5;

  /** Counts too large for the data; Avro writes a negative count if a block size follows. */
  private static final List<Long> COUNTS = List.of(
      10_000_000L,
      -10_000_000L,
      (long) Integer.MAX_VALUE,
      Integer.MAX_VALUE - 8L,
      Integer.MAX_VALUE + 1L,
      (long) Integer.MIN_VALUE,
      Long.MAX_VALUE,
      Long.MIN_VALUE);

  private static final List<Long> LENGTHS = List.of(
      -1L,
      -2L,
      10_000_000L,
      Integer.MAX_VALUE - 8L,
      (long) Integer.MAX_VALUE,
      1L << 32,
      (long) Integer.MIN_VALUE,
      Long.MAX_VALUE,
      Long.MIN_VALUE);

  private static final List<Long> INDEXES = List.of(
      2L, -1L, 127L, (long) Integer.MAX_VALUE, (long) Integer.MIN_VALUE, 1L << 40, Long.MIN_VALUE);

  /** Lone continuation, invalid byte, overlong, surrogate, beyond U+10FFFF, truncated. */
  private static final List<byte[]> INVALID_UTF8 = List.of(
      new byte[] {(byte) 0x80},
      new byte[] {(byte) 0xff},
      new byte[] {(byte) 0xc0, (byte) 0x80},
      new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      new byte[] {(byte) 0xf4, (byte) 0x90, (byte) 0x80, (byte) 0x80},
      new byte[] {(byte) 0xe4, (byte) 0xb8});

  private BadLengths() {}

  static byte[] points(EventRandom draw) {
    AvroBytes wire = draw.prompt().number(0);
    long count = draw.oneOf(COUNTS);
    if (draw.oneIn(3)) {
      wire.number(1).real(1).real(1).number(1);
    }
    wire.number(count);
    if (count < 0) {
      wire.number(draw.oneOf(LENGTHS));
    }
    return wire.raw(new byte[draw.below(FOLLOWING_BYTES)]).toBytes();
  }

  static byte[] strings(EventRandom draw) {
    AvroBytes wire = AvroBytes.of(draw.id(ForeignSchema.PROMPT_EVENT));
    if (draw.oneIn(2)) {
      wire.text(draw.promptId());
    }
    return wire.number(draw.oneOf(LENGTHS))
        .text(draw.imageId())
        .raw(new byte[FOLLOWING_BYTES])
        .toBytes();
  }

  static byte[] mask(EventRandom draw) {
    return draw.prompt()
        .number(0)
        .number(0)
        .number(0)
        .number(1)
        .number(draw.below(3))
        .number(Masks.SIDE)
        .number(Masks.SIDE)
        .number(draw.oneOf(LENGTHS))
        .raw(draw.bytes(FOLLOWING_BYTES))
        .toBytes();
  }

  /** False lengths in fields that only the writer has, which the reader skips. */
  static byte[] extra(EventRandom draw) {
    return switch (draw.below(3)) {
      case 0 ->
        start(draw, ForeignSchema.EXTRA_BYTES).number(draw.oneOf(LENGTHS)).toBytes();
      case 1 -> nulls(draw);
      default -> links(draw);
    };
  }

  private static byte[] nulls(EventRandom draw) {
    AvroBytes wire = start(draw, ForeignSchema.EXTRA_NULLS);
    for (int block = 1 + draw.below(100); block > 0; block--) {
      wire.number(Integer.MAX_VALUE - 8L);
    }
    return wire.number(0).toBytes();
  }

  private static byte[] links(EventRandom draw) {
    byte[] links = new byte[LINKS];
    for (int i = 1; i < LINKS; i += 2) {
      links[i] = 2; // "end" is null, and another link follows
    }
    return start(draw, ForeignSchema.EXTRA_LINKS).raw(links).toBytes();
  }

  private static AvroBytes start(EventRandom draw, ForeignSchema schema) {
    return AvroBytes.of(draw.id(schema)).ids(draw.promptId(), draw.imageId());
  }

  /** An unknown branch of one of the four unions. */
  static byte[] branch(EventRandom draw) {
    AvroBytes wire = draw.prompt();
    int union = draw.below(4);
    for (int field = 0; field < union; field++) {
      wire.number(0);
      if (field == 0) {
        wire.number(0); // no points
      }
    }
    long index = draw.oneOf(INDEXES);
    return wire.number(index == 2 ? MASK_KINDS : index)
        .raw(new byte[FOLLOWING_BYTES])
        .toBytes();
  }

  /** An unknown symbol for a point's label or a mask's type. */
  static byte[] symbol(EventRandom draw) {
    AvroBytes wire = draw.prompt().number(0);
    long index = draw.oneOf(INDEXES);
    if (draw.oneIn(2)) {
      return wire.number(1)
          .real(1)
          .real(1)
          .number(index == 2 ? 3 : index)
          .number(0)
          .number(0)
          .number(0)
          .number(0)
          .toBytes();
    }
    return wire.number(0)
        .number(0)
        .number(1)
        .number(index == 2 ? 4 : index)
        .number(Masks.SIDE)
        .number(Masks.SIDE)
        .number(0)
        .number(0)
        .toBytes();
  }

  static byte[] endlessNumber(EventRandom draw) {
    byte[] ones = new byte[11 + draw.below(MAX_EXTRA_BYTES)];
    Arrays.fill(ones, (byte) 0xff);
    AvroBytes wire =
        draw.oneIn(2) ? draw.prompt() : AvroBytes.of(draw.id(ForeignSchema.PROMPT_EVENT));
    return wire.raw(ones).toBytes();
  }

  static byte[] brokenText(EventRandom draw) {
    byte[] broken = new AvroBytes()
        .raw(draw.promptId().getBytes(UTF_8))
        .raw(draw.oneOf(INVALID_UTF8))
        .toBytes();
    AvroBytes wire = AvroBytes.of(draw.id(ForeignSchema.PROMPT_EVENT));
    return switch (draw.below(3)) {
      case 0 ->
        rest(wire.number(broken.length).raw(broken).text(draw.imageId()))
            .number(0)
            .toBytes();
      case 1 ->
        rest(wire.text(draw.promptId()).number(broken.length).raw(broken))
            .number(0)
            .toBytes();
      default ->
        rest(wire.ids(draw.promptId(), draw.imageId()))
            .number(1)
            .number(broken.length)
            .raw(broken)
            .toBytes();
    };
  }

  /** No object, image size, points, box or mask. */
  private static AvroBytes rest(AvroBytes wire) {
    return wire.number(0).number(0).number(0).number(0).number(0);
  }
}
