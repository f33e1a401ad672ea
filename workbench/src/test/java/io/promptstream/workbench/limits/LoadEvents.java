package io.promptstream.workbench.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Generates the events of a load; each depends only on its number. */
final class LoadEvents implements AutoCloseable {
  private static final long SEED = 42;
  private static final int LARGE_BYTES = 8 << 20;
  private static final int POINT_BYTES = 2 * Double.BYTES + 1;
  private static final int MASK_SIDE = 256;
  private static final int MASK_EVERY = 10;
  private static final int KINDS_OF_LARGE = 3;

  /** Maximum number of headers that the application accepts. */
  static final int MAX_HEADERS = 100;

  /** With more, a fetch response would not fit such an event from each partition. */
  private static final int FULL_OF_HEADERS = 520_000;

  /** In each block of this size, the first event of each partition is full of headers. */
  private static final int BLOCK = 4_000;

  private static final Header SMALLEST_HEADER = new RecordHeader("", new byte[0]);
  private static final byte[] UNDECODABLE = {1, 2, 3};

  private final Load load;
  private final String topic;
  private final Serde<PromptEvent> serde;
  private final LogitsMask mask = mask();
  private final byte[] garbage = garbage();

  LoadEvents(Load load, String topic, String registryUrl) {
    this.load = load;
    this.topic = topic;
    serde = AvroSerdes.promptEvent(Map.of("schema.registry.url", registryUrl));
  }

  /** Returns the event with this number. */
  ProducerRecord<byte[], byte[]> record(long number) {
    byte[] key = Long.toString(number).getBytes(UTF_8);
    Integer partition = load == Load.HEADERS ? (int) (number % LimitsRun.PARTITIONS) : null;
    return new ProducerRecord<>(topic, partition, key, value(number), headers(number));
  }

  private List<Header> headers(long number) {
    if (load != Load.HEADERS) {
      return List.of();
    }
    boolean full = number % BLOCK < LimitsRun.PARTITIONS;
    return Collections.nCopies(full ? FULL_OF_HEADERS : MAX_HEADERS, SMALLEST_HEADER);
  }

  /** Returns whether the event with this number is valid. */
  boolean good(long number) {
    return switch (load) {
      case SMALL, SLOW -> true;
      case LARGE -> number % KINDS_OF_LARGE == 0;
      case HEADERS -> false;
    };
  }

  private byte[] value(long number) {
    return switch (load) {
      case SMALL, SLOW ->
        serialize(click(number, 1, number % MASK_EVERY == 0 ? mask : null, "image"));
      case LARGE -> large(number);
      case HEADERS -> UNDECODABLE;
    };
  }

  private byte[] large(long number) {
    if (good(number)) {
      return serialize(click(number, 1, null, "x".repeat(LARGE_BYTES - 1_000)));
    }
    return number % KINDS_OF_LARGE == 1
        ? serialize(click(number, (LARGE_BYTES - 1_000) / POINT_BYTES, null, "image"))
        : garbage;
  }

  private byte[] serialize(PromptEvent event) {
    return serde.serializer().serialize(topic, event);
  }

  private static PromptEvent click(
      long number, int points, @Nullable LogitsMask mask, String image) {
    return PromptEvent.newBuilder()
        .setPromptId("prompt-" + number)
        .setImageId(image)
        .setPoints(Collections.nCopies(points, new Point(1.0, 2.0, PointLabel.FOREGROUND)))
        .setMask(mask)
        .build();
  }

  private static LogitsMask mask() {
    SplittableRandom random = new SplittableRandom(SEED);
    ByteBuffer logits =
        ByteBuffer.allocate(MASK_SIDE * MASK_SIDE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (logits.hasRemaining()) {
      logits.putFloat((float) random.nextDouble(-10, 10));
    }
    return new LogitsMask(DataType.FLOAT32, MASK_SIDE, MASK_SIDE, logits.flip());
  }

  private static byte[] garbage() {
    byte[] bytes = new byte[LARGE_BYTES];
    new SplittableRandom(SEED).nextBytes(bytes);
    // Not the magic byte 0 of Confluent's format.
    bytes[0] = 1;
    return bytes;
  }

  @Override
  public void close() {
    serde.close();
  }
}
