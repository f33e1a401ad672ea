package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Generates values that are not Avro, or not valid for their schema. */
final class BadBytes {
  private static final int MAX_RANDOM_BYTES = 300;
  private static final int MAX_EXTRA_BYTES = 40;
  private static final int MAX_FLIPS = 6;
  private static final int BOMB_MIB = 4;

  private static final List<ForeignSchema> OTHER_SCHEMAS = List.of(
      ForeignSchema.ORDER,
      ForeignSchema.NUMBERED,
      ForeignSchema.SPARSE_EMBEDDING,
      ForeignSchema.TEXT,
      ForeignSchema.RAW,
      ForeignSchema.NUMBERS);

  private BadBytes() {}

  static byte @Nullable [] nothing(EventRandom draw) {
    return null;
  }

  static byte[] empty(EventRandom draw) {
    return new byte[0];
  }

  static byte[] random(EventRandom draw) {
    byte[] bytes = draw.bytes(1 + draw.below(MAX_RANDOM_BYTES));
    bytes[0] = draw.oneIn(2) ? 0 : bytes[0];
    // Unknown schemas are another kind: each needs a request to the registry.
    if (bytes.length >= AvroBytes.HEADER_BYTES && bytes[0] == 0) {
      ByteBuffer.wrap(bytes).putInt(1, draw.id(draw.oneOf(List.of(ForeignSchema.values()))));
    }
    return bytes;
  }

  static byte[] randomDatum(EventRandom draw) {
    AvroBytes wire =
        draw.oneIn(2) ? draw.prompt() : AvroBytes.of(draw.id(ForeignSchema.PROMPT_EVENT));
    return wire.raw(draw.bytes(draw.below(MAX_RANDOM_BYTES))).toBytes();
  }

  static byte[] truncated(EventRandom draw) {
    byte[] good = good(draw);
    int datum = good.length - AvroBytes.HEADER_BYTES;
    return Arrays.copyOf(good, AvroBytes.HEADER_BYTES + draw.below(datum));
  }

  static byte[] extended(EventRandom draw) {
    byte[] extra = draw.oneIn(2)
        ? new byte[1 + draw.below(MAX_EXTRA_BYTES)]
        : draw.bytes(1 + draw.below(MAX_EXTRA_BYTES));
    return new AvroBytes().raw(good(draw)).raw(extra).toBytes();
  }

  static byte[] bitFlips(EventRandom draw) {
    byte[] bytes = good(draw);
    for (int flips = 1 + draw.below(MAX_FLIPS); flips > 0; flips--) {
      int at = AvroBytes.HEADER_BYTES + draw.below(bytes.length - AvroBytes.HEADER_BYTES);
      bytes[at] ^= (byte) (1 << draw.below(Byte.SIZE));
    }
    return bytes;
  }

  static byte[] wrongMagic(EventRandom draw) {
    byte[] bytes = good(draw);
    bytes[0] = (byte) (1 + draw.below(255));
    return bytes;
  }

  static byte[] halfAHeader(EventRandom draw) {
    return Arrays.copyOf(good(draw), 1 + draw.below(AvroBytes.HEADER_BYTES));
  }

  static byte[] negativeId(EventRandom draw) {
    return withId(draw, -1 - draw.below(Integer.MAX_VALUE));
  }

  static byte[] unknownId(EventRandom draw) {
    return withId(draw, SchemaIds.FIRST_UNKNOWN + draw.below(1_000_000_000));
  }

  static byte[] jsonSchema(EventRandom draw) {
    return new AvroBytes()
        .raw(AvroBytes.of(draw.ids().json()).toBytes())
        .raw(("{\"prompt_id\": \"" + draw.promptId() + "\"}").getBytes(UTF_8))
        .toBytes();
  }

  /** A value with the id of another schema; it is valid for that schema or for ours. */
  static byte[] otherSchema(EventRandom draw) {
    ForeignSchema other = draw.oneOf(OTHER_SCHEMAS);
    if (draw.oneIn(2)) {
      return withId(draw, draw.id(other));
    }
    AvroBytes wire = AvroBytes.of(draw.id(other));
    return switch (other) {
      case NUMBERED -> wire.number(draw.number()).text(draw.imageId()).toBytes();
      case NUMBERS -> wire.number(2).number(1).number(-1).number(0).toBytes();
      case TEXT, RAW -> wire.text(draw.promptId()).toBytes();
      default -> wire.ids(draw.promptId(), draw.imageId()).toBytes();
    };
  }

  /** Mostly zeros, which compress 1000:1; larger than the application's maximum request. */
  static byte[] bomb(EventRandom draw) {
    byte[] bomb = new byte[(1 + draw.below(BOMB_MIB)) * (2 << 20)];
    byte[] start = draw.prompt().toBytes();
    System.arraycopy(start, 0, bomb, 0, start.length);
    return bomb;
  }

  private static byte[] good(EventRandom draw) {
    return draw.oneIn(8)
        ? GoodPrompts.blocks(draw)
        : GoodPrompts.write(draw, GoodPrompts.any(draw));
  }

  private static byte[] withId(EventRandom draw, int id) {
    byte[] bytes = good(draw);
    ByteBuffer.wrap(bytes).putInt(1, id);
    return bytes;
  }
}
