package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/** Kind of key and headers of an event, with its relative frequency. */
enum Envelope {
  /** A short text key and one header. */
  PLAIN(9_440),
  /** No key. */
  NULL_KEY(250),
  /** A key of zero bytes. */
  EMPTY_KEY(120),
  /** A key of random bytes. */
  BINARY_KEY(100),
  /** A key of up to 64 KiB. */
  HUGE_KEY(15),
  /** As many headers as allowed. */
  MOST_HEADERS(20),
  /** One header of up to 64 KiB. */
  HUGE_HEADER(15),
  /** Headers without values, without names, and with names that the application uses. */
  ODD_HEADERS(40),
  /** More headers than allowed; only for kinds of this name. */
  TOO_MANY_HEADERS(0);

  static final int MAX_HEADERS = 1_000;

  private static final int TOTAL_SHARE =
      Arrays.stream(values()).mapToInt(its -> its.share).sum();
  private static final int LARGE_VALUE = 500_000;
  private static final int HUGE = 64 << 10;
  private static final int MAX_EXCESS_HEADERS = 20_000;

  private final int share;

  Envelope(int share) {
    this.share = share;
  }

  /** Draws a random envelope; a large value gets a plain one. */
  static Envelope draw(EventRandom draw, Kind kind, byte @Nullable [] value) {
    if (kind == FuzzKind.TOO_MANY_HEADERS || kind == ActionKind.TOO_MANY_HEADERS) {
      return TOO_MANY_HEADERS;
    }
    int at = draw.below(TOTAL_SHARE);
    if (value != null && value.length > LARGE_VALUE) {
      return PLAIN;
    }
    for (Envelope envelope : values()) {
      at -= envelope.share;
      if (at < 0) {
        return envelope;
      }
    }
    return PLAIN;
  }

  byte @Nullable [] key(EventRandom draw) {
    return switch (this) {
      case NULL_KEY -> null;
      case EMPTY_KEY -> new byte[0];
      case BINARY_KEY -> draw.bytes(1 + draw.below(64));
      case HUGE_KEY -> (EventRandom.MARKER + "k".repeat(draw.below(HUGE))).getBytes(UTF_8);
      default -> draw.imageId().getBytes(UTF_8);
    };
  }

  List<Header> headers(EventRandom draw) {
    return switch (this) {
      case MOST_HEADERS -> many(MAX_HEADERS);
      case TOO_MANY_HEADERS ->
        many(MAX_HEADERS + 1 + (draw.oneIn(2) ? 0 : draw.below(MAX_EXCESS_HEADERS)));
      case HUGE_HEADER ->
        List.of(header(
            EventRandom.MARKER,
            (EventRandom.MARKER + "h".repeat(draw.below(HUGE))).getBytes(UTF_8)));
      case ODD_HEADERS ->
        List.of(
            header(EventRandom.MARKER, null),
            header("", EventRandom.MARKER.getBytes(UTF_8)),
            header("", draw.bytes(8)),
            header("promptstream.error.code", "FORGED".getBytes(UTF_8)),
            header("__streams.errors.offset", draw.bytes(3)));
      default -> List.of(header("trace", draw.promptId().getBytes(UTF_8)));
    };
  }

  private static List<Header> many(int count) {
    List<Header> headers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      headers.add(header(EventRandom.MARKER + i % 10, Integer.toString(i).getBytes(UTF_8)));
    }
    return headers;
  }

  private static Header header(String name, byte @Nullable [] value) {
    return new RecordHeader(name, value);
  }
}
