package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.PipelineClient.Results;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;

/** Tests invalid events between valid ones, on a real broker with a real registry. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class BadInputIT {
  private static final int MAX_POINTS = 50;

  /** The default of {@code promptstream.max.headers}. */
  private static final int MAX_HEADERS = 100;

  private @Nullable LocalPipeline pipeline;
  private @Nullable PipelineClient client;

  @BeforeAll
  void start(SharedServices services) throws Exception {
    pipeline = services.start(Map.of(
        "producer.max.request.size",
        "1150000",
        PromptStreamConfig.MAX_POINTS,
        Integer.toString(MAX_POINTS)));
    client = new PipelineClient(pipeline);
  }

  @AfterAll
  void stop() {
    if (client != null) {
      client.close();
    }
    if (pipeline != null) {
      pipeline.close();
    }
  }

  @Test
  void shouldRejectACoordinateThatIsNotFinite() {
    assertRejected(
        "COORDINATE_NOT_FINITE", "points[0].x is NaN", Events.click("bad", Double.NaN, 5));
  }

  @Test
  void shouldRejectAPointOutsideTheImage() {
    assertRejected(
        "OUT_OF_IMAGE", "points[0].y is 480.5, outside of 0 to 480", Events.click("bad", 5, 480.5));
  }

  @Test
  void shouldRejectABoxThatIsUpsideDown() {
    assertRejected(
        "BOX_INVERTED",
        "box.y_max 5.0 is less than box.y_min 6.0",
        Events.builder("bad").setBox(new Box(1.0, 6.0, 2.0, 5.0)).build());
  }

  @Test
  void shouldRejectAMaskOfAnotherSize() {
    assertRejected(
        "MASK_SIZE",
        "mask.height 64 and mask.width 64, must be 256 and 256",
        masked(new LogitsMask(DataType.FLOAT16, 64, 64, ByteBuffer.allocate(2 * 64 * 64))));
  }

  @Test
  void shouldRejectAMaskWithAValueThatIsNotFinite() {
    ByteBuffer logits = ByteBuffer.allocate(2 * 256 * 256);
    logits.put(2 * 256 + 1, (byte) 0x7c);
    assertRejected(
        "MASK_NOT_FINITE",
        "mask.logits is Infinity in row 1, column 0",
        masked(new LogitsMask(DataType.FLOAT16, 256, 256, logits)));
  }

  @Test
  void shouldRejectAMaskOfAnotherImage() {
    assertRejected(
        "MASK_INVALID",
        "mask.height is 1, must be 480 as the image's",
        Events.builder("bad")
            .setMask(new BitmapMask(1, 9, ByteBuffer.allocate(2)))
            .build());
  }

  @Test
  void shouldRejectAnUnknownSymbol() {
    assertRejected(
        "UNKNOWN_SYMBOL",
        "points[0].label is a symbol that this version does not know",
        Events.builder("bad")
            .setPoints(List.of(new Point(1.0, 1.0, PointLabel.UNKNOWN)))
            .build());
  }

  @Test
  void shouldRejectAnImageWithoutPixels() {
    assertRejected(
        "IMAGE_SIZE",
        "image_size.width is -1, must be positive",
        Events.builder("bad").setImageSize(new ImageSize(5, -1)).build());
  }

  @Test
  void shouldRejectTooManyPoints() {
    assertRejected(
        "TOO_MANY_POINTS",
        "points has 51 points, at most 50 are allowed",
        Events.builder("bad")
            .setPoints(
                Collections.nCopies(MAX_POINTS + 1, new Point(1.0, 1.0, PointLabel.BACKGROUND)))
            .build());
  }

  @Test
  void shouldRejectAnEventWhoseResultCouldNotBeSent() {
    // The mask has 128 KiB in the event and 273 KiB in the dense record.
    ByteBuffer logits = ByteBuffer.allocate(2 * 256 * 256);
    PromptEvent event = Events.builder("x".repeat(900_000))
        .setMask(new LogitsMask(DataType.FLOAT16, 256, 256, logits))
        .build();
    assertRejected("RESULT_TOO_LARGE", null, event);
  }

  @Test
  void shouldRejectWhatCannotBeDecoded() {
    byte[] good = client().serialize(Events.click("bad"));
    byte[] unknownSchema = good.clone();
    ByteBuffer.wrap(unknownSchema).putInt(1, 123_456_789);
    byte[] wrongMagic = good.clone();
    wrongMagic[0] = 1;
    Map<String, byte @Nullable []> payloads = new LinkedHashMap<>();
    payloads.put("truncated", Arrays.copyOf(good, good.length - 3));
    payloads.put("extended", Arrays.copyOf(good, good.length + 3));
    payloads.put("unknown schema", unknownSchema);
    payloads.put("wrong magic byte", wrongMagic);
    payloads.put("header and garbage", new byte[] {0, good[1], good[2], good[3], good[4], -1, 7});
    payloads.put("header alone", Arrays.copyOf(good, 5));
    payloads.put("half a header", Arrays.copyOf(good, 3));
    payloads.put("empty", new byte[0]);
    payloads.put("null", null);
    payloads.forEach((name, payload) -> assertRejected("UNDECODABLE", null, name, payload));
  }

  @Test
  void shouldRejectAnEventThatIsTooLargeForTheErrorTopicOnceItIsUnpacked() {
    client().send("huge", client().serialize(Events.click("before")));
    RecordMetadata bad = client().send("huge", new byte[20_000_000]);
    client().send("huge", client().serialize(Events.click("after")));

    Results results = client().read(2, 1);

    assertThat(results.sparse()).containsOnlyKeys("before", "after");
    ConsumerRecord<byte[], byte[]> error = results.errors().get(0);
    assertThat(PipelineClient.code(error)).isEqualTo("EVENT_TOO_LARGE");
    assertThat(error.value()).isNull();
    assertThat(error.key()).asString().isEqualTo("huge");
    assertThat(PipelineClient.header(error, ErrorHeaders.OMITTED))
        .isEqualTo("value (20000000 bytes)");
    assertThat(PipelineClient.header(error, ErrorHeaders.OFFSET))
        .isEqualTo(Long.toString(bad.offset()));
  }

  @Test
  void shouldRejectAnEventWithThousandsOfHeadersAndEncodeOneWithTheMost() {
    Header header = new RecordHeader("h", new byte[] {7});
    List<Header> most = Collections.nCopies(MAX_HEADERS, header);
    List<Header> thousands = Collections.nCopies(5_000, header);
    byte[] value = client().serialize(Events.click("bad"));
    client().send("image", client().serialize(Events.click("before")), most);
    RecordMetadata bad = client().send("image", value, thousands);
    client().send("image", client().serialize(Events.click("after")), most);

    Results results = client().read(2, 1);

    assertThat(results.sparse()).containsOnlyKeys("before", "after");
    assertThat(results.dense()).containsOnlyKeys("before", "after");
    assertThat(results.dense().values())
        .allSatisfy(dense -> assertThat(dense.headers())
            .containsAll(most)
            .hasSize(most.size() + 1)
            .last()
            .extracting(Header::key)
            .isEqualTo("promptstream.offset"));
    ConsumerRecord<byte[], byte[]> error = results.errors().get(0);
    assertThat(PipelineClient.code(error)).isEqualTo("TOO_MANY_HEADERS");
    assertThat(PipelineClient.header(error, ErrorHeaders.MESSAGE))
        .isEqualTo("The event has 5000 headers, at most 100 are allowed");
    assertThat(PipelineClient.header(error, ErrorHeaders.OMITTED)).isEqualTo("headers (5000)");
    assertThat(error.headers().headers("h")).isEmpty();
    assertThat(error.value()).isEqualTo(value);
    assertThat(error.key()).asString().isEqualTo("image");
    assertThat(PipelineClient.header(error, ErrorHeaders.OFFSET))
        .isEqualTo(Long.toString(bad.offset()));
  }

  private static PromptEvent masked(LogitsMask mask) {
    return Events.builder("bad").setMask(mask).build();
  }

  private void assertRejected(String code, @Nullable String message, PromptEvent event) {
    assertRejected(code, message, event.getImageId(), client().serialize(event));
  }

  /**
   * Sends a bad event between good ones to one partition; expects only the bad one to be rejected.
   */
  private void assertRejected(
      String code, @Nullable String message, String key, byte @Nullable [] payload) {
    client().send(key, client().serialize(Events.click("before")));
    RecordMetadata bad = client().send(key, payload);
    client().send(key, client().serialize(Events.click("after")));

    Results results = client().read(2, 1);

    assertThat(results.sparse()).containsOnlyKeys("before", "after");
    assertThat(results.dense()).containsOnlyKeys("before", "after");
    ConsumerRecord<byte[], byte[]> error = results.errors().get(0);
    assertThat(PipelineClient.code(error)).as(key).isEqualTo(code);
    assertThat(error.value()).isEqualTo(payload);
    assertThat(error.key()).asString().isEqualTo(key);
    assertThat(error.timestamp()).isEqualTo(bad.timestamp());
    assertThat(PipelineClient.header(error, "trace")).isEqualTo(key);
    assertThat(PipelineClient.header(error, ErrorHeaders.TOPIC)).isEqualTo(bad.topic());
    assertThat(PipelineClient.header(error, ErrorHeaders.PARTITION))
        .isEqualTo(Integer.toString(bad.partition()));
    assertThat(PipelineClient.header(error, ErrorHeaders.OFFSET))
        .isEqualTo(Long.toString(bad.offset()));
    if (message != null) {
      assertThat(PipelineClient.header(error, ErrorHeaders.MESSAGE)).isEqualTo(message);
    }
  }

  private PipelineClient client() {
    if (client == null) {
      throw new IllegalStateException("not started");
    }
    return client;
  }
}
