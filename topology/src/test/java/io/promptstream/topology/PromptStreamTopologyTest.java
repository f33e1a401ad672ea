package io.promptstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.ImageMasks;
import io.promptstream.encoder.Profile;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.topology.registry.SharedSerdes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class PromptStreamTopologyTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final byte[] KEY = {0, (byte) 0xff, 7};
  private static final int MAX_REQUEST_SIZE = 400_000;
  private static final int MAX_HEADERS = 100;

  private static @Nullable PromptEncoder encoder;

  private final PromptStreamConfig config = config();
  private final Serde<PromptEvent> events = AvroSerdes.promptEvent(config.serdeProperties());

  @BeforeAll
  static void loadEncoder() {
    encoder = SamPromptEncoder.load(config().encoderOptions());
  }

  @AfterAll
  static void closeEncoder() {
    encoder().close();
  }

  @Test
  void shouldForwardOneSparseAndOneDenseRecordWithKeyTimestampAndHeadersOfTheEvent() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(record(value(click("a", 500, 375))));

      TestRecord<byte[], SparseEmbedding> sparse = driver.sparse.readRecord();
      TestRecord<byte[], DenseEmbedding> dense = driver.dense.readRecord();
      for (TestRecord<byte[], ?> output : List.of(sparse, dense)) {
        assertThat(output.key()).isEqualTo(KEY);
        assertThat(output.timestamp()).isEqualTo(TIME.toEpochMilli());
        assertThat(header(output, "trace")).isEqualTo("t-1");
        assertThat(header(output, "promptstream.offset")).isEqualTo("0");
      }
      assertThat(sparse.value().getPromptId()).isEqualTo("a");
      assertThat(sparse.value().getImageId()).isEqualTo("truck.jpg");
      assertThat(sparse.value().getModelId()).startsWith("seed-42-");
      assertThat(sparse.value().getImageSize()).isEqualTo(new ImageSize(1200, 1800));
      assertThat(sparse.value().getEmbedding().getShape()).containsExactly(2, 256);
      assertThat(dense.value().getPromptId()).isEqualTo("a");
      assertThat(dense.value().getImageSize()).isEqualTo(new ImageSize(1200, 1800));
      assertThat(dense.value().getShape()).containsExactly(256, 64, 64);
      assertThat(dense.value().getEncoding()).isEqualTo(DenseEncoding.NO_MASK);
      assertThat(dense.value().getProjection()).isNull();
      driver.assertDrained();
    }
  }

  @Test
  void shouldForwardAFactoredDenseRecordWithItsProjectionForAPromptWithAMask() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(record(value(masked(256, 256, 4 * 256 * 256))));

      DenseEmbedding dense = driver.dense.readValue();
      assertThat(dense.getEncoding()).isEqualTo(DenseEncoding.FACTORED);
      assertThat(dense.getValues().getShape()).containsExactly(16, 64, 64);
      assertThat(dense.getProjection().getWeight().getShape()).containsExactly(256, 16);
      assertThat(dense.getProjection().getBias().getShape()).containsExactly(256);
      assertThat(driver.sparse.readValue().getEmbedding().getShape()).containsExactly(0, 256);
      driver.assertDrained();
    }
  }

  @Test
  void shouldReplaceTheOffsetOfAnEventThatWasAnOutputBefore() {
    try (Driver driver = new Driver(encoder())) {
      byte[] value = value(click("a", 1, 1));
      driver.input.pipeInput(record(value));
      RecordHeaders headers = new RecordHeaders();
      headers.add("promptstream.offset", new byte[] {'7'});
      driver.input.pipeInput(new TestRecord<>(KEY, value, headers, TIME));

      assertThat(header(driver.sparse.readRecordsToList().get(1), "promptstream.offset"))
          .isEqualTo("1");
      assertThat(header(driver.dense.readRecordsToList().get(1), "promptstream.offset"))
          .isEqualTo("1");
    }
  }

  @Test
  void shouldCopyTheObjectIdToBothOutputs() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(record(value(prompt().setObjectId("car-1").build())));

      assertThat(driver.sparse.readValue().getObjectId()).isEqualTo("car-1");
      assertThat(driver.dense.readValue().getObjectId()).isEqualTo("car-1");
    }
  }

  @Test
  void shouldAcceptANullKey() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(
          new TestRecord<>(null, value(click("a", 1, 1)), new RecordHeaders(), TIME));

      assertThat(driver.sparse.readRecord().key()).isNull();
      assertThat(driver.dense.readRecord().key()).isNull();
      driver.assertDrained();
    }
  }

  @Test
  void shouldSendAnInvalidPromptToTheErrorTopicUnchangedAndContinue() {
    byte[] bad = value(click("bad", Double.NaN, 1));
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(record(value(click("before", 1, 1))));
      driver.input.pipeInput(record(bad));
      driver.input.pipeInput(record(value(click("after", 1, 1))));

      TestRecord<byte[], byte[]> error = driver.errors.readRecord();
      assertThat(error.key()).isEqualTo(KEY);
      assertThat(error.value()).isEqualTo(bad);
      assertThat(error.timestamp()).isEqualTo(TIME.toEpochMilli());
      assertThat(header(error, "trace")).isEqualTo("t-1");
      assertThat(header(error, ErrorHeaders.CODE)).isEqualTo("COORDINATE_NOT_FINITE");
      assertThat(header(error, ErrorHeaders.MESSAGE)).isEqualTo("points[0].x is NaN");
      assertThat(header(error, ErrorHeaders.EXCEPTION)).endsWith("RejectedEventException");
      assertThat(header(error, ErrorHeaders.TOPIC)).isEqualTo(config.inputTopic());
      assertThat(header(error, ErrorHeaders.PARTITION)).isEqualTo("0");
      assertThat(header(error, ErrorHeaders.OFFSET)).isEqualTo("1");
      assertThat(driver.sparse.readValuesToList())
          .extracting(SparseEmbedding::getPromptId)
          .containsExactly("before", "after");
      assertThat(driver.dense.readValuesToList())
          .extracting(DenseEmbedding::getPromptId)
          .containsExactly("before", "after");
      driver.assertDrained();
    }
  }

  @Test
  void shouldReportEveryErrorOfAnEventWithItsCode() {
    Map<ErrorCode, byte @Nullable []> faults = new HashMap<>();
    faults.put(ErrorCode.UNDECODABLE, new byte[] {0, 0, 0, 0});
    faults.put(ErrorCode.EVENT_TOO_LARGE, new byte[MAX_REQUEST_SIZE + 1]);
    faults.put(ErrorCode.COORDINATE_NOT_FINITE, value(click("f", 1, Double.POSITIVE_INFINITY)));
    faults.put(ErrorCode.OUT_OF_IMAGE, value(click("f", 1801, 1)));
    faults.put(ErrorCode.BOX_INVERTED, value(boxed(new Box(9.0, 1.0, 8.0, 2.0))));
    faults.put(ErrorCode.MASK_SIZE, value(masked(256, 255, 4 * 256 * 255)));
    faults.put(ErrorCode.MASK_NOT_FINITE, value(withInMask(Float.NaN)));
    faults.put(ErrorCode.MASK_OUT_OF_RANGE, value(withInMask(Float.MAX_VALUE)));
    faults.put(
        ErrorCode.MASK_INVALID, value(prompt().setMask(new RleMask(2, 3, "13")).build()));
    faults.put(
        ErrorCode.UNKNOWN_SYMBOL,
        value(
            prompt().setPoints(List.of(new Point(1.0, 1.0, PointLabel.UNKNOWN))).build()));
    faults.put(ErrorCode.IMAGE_SIZE, value(sized(0, 5)));
    faults.put(ErrorCode.UNKNOWN_MODEL, value(ofModel("none")));
    faults.put(ErrorCode.TOO_MANY_POINTS, value(clicks(4)));
    faults.put(ErrorCode.RESULT_TOO_LARGE, value(tooLarge()));
    Set<ErrorCode> ofValues = EnumSet.range(ErrorCode.UNDECODABLE, ErrorCode.RESULT_TOO_LARGE);
    assertThat(faults.keySet()).isEqualTo(ofValues);
    try (Driver driver = new Driver(encoder())) {
      faults.forEach((code, fault) -> {
        driver.input.pipeInput(record(fault));
        TestRecord<byte[], byte[]> error = driver.errors.readRecord();
        assertThat(header(error, ErrorHeaders.CODE)).isEqualTo(code.name());
        assertThat(error.value()).isEqualTo(code == ErrorCode.EVENT_TOO_LARGE ? null : fault);
      });
      driver.assertDrained();
    }
  }

  @Test
  void shouldNameTheFieldOfAnUnknownSymbol() {
    Point known = new Point(1.0, 1.0, PointLabel.FOREGROUND);
    Point unknown = new Point(1.0, 1.0, PointLabel.UNKNOWN);
    LogitsMask mask = new LogitsMask(DataType.UNKNOWN, 256, 256, ByteBuffer.allocate(0));
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(
          record(value(prompt().setPoints(List.of(known, unknown)).build())));
      driver.input.pipeInput(record(value(prompt().setMask(mask).build())));

      assertThat(driver.errors.readRecordsToList())
          .extracting(error -> header(error, ErrorHeaders.MESSAGE))
          .containsExactly(
              "points[1].label is a symbol that this version does not know",
              "mask.data_type is a symbol that this version does not know");
    }
  }

  @Test
  void shouldRejectANullValueAsUndecodable() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(record(null));

      TestRecord<byte[], byte[]> error = driver.errors.readRecord();
      assertThat(header(error, ErrorHeaders.CODE)).isEqualTo("UNDECODABLE");
      assertThat(error.value()).isNull();
      driver.assertDrained();
    }
  }

  @Test
  void shouldRejectMaskBytesThatDoNotMatchTheSizeOfTheMask() {
    for (PromptEvent event : List.of(
        masked(256, 256, 7), masked(Integer.MAX_VALUE, Integer.MAX_VALUE, 4), masked(-1, -1, 4))) {
      try (Driver driver = new Driver(encoder())) {
        driver.input.pipeInput(record(value(event)));
        assertThat(header(driver.errors.readRecord(), ErrorHeaders.CODE)).isEqualTo("MASK_SIZE");
        driver.assertDrained();
      }
    }
  }

  @Test
  void shouldIncludeKeyAndHeadersInTheSizeOfAResult() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(new TestRecord<>(
          new byte[MAX_REQUEST_SIZE], value(click("key", 1, 1)), new RecordHeaders(), TIME));
      driver.input.pipeInput(new TestRecord<>(
          KEY,
          value(click("header", 1, 1)),
          new RecordHeaders().add("h", new byte[MAX_REQUEST_SIZE]),
          TIME));

      assertThat(driver.errors.readRecordsToList())
          .hasSize(2)
          .allSatisfy(
              error -> assertThat(header(error, ErrorHeaders.CODE)).isEqualTo("RESULT_TOO_LARGE"));
      driver.assertDrained();
    }
  }

  @Test
  void shouldLeavePartsOutOfAnErrorRecordThatDoNotFit() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(record(new byte[MAX_REQUEST_SIZE]));
      driver.input.pipeInput(
          new TestRecord<>(new byte[MAX_REQUEST_SIZE], new byte[7], new RecordHeaders(), TIME));
      driver.input.pipeInput(new TestRecord<>(
          KEY, new byte[7], new RecordHeaders().add("huge", new byte[MAX_REQUEST_SIZE]), TIME));

      TestRecord<byte[], byte[]> withoutValue = driver.errors.readRecord();
      assertThat(withoutValue.key()).isEqualTo(KEY);
      assertThat(withoutValue.value()).isNull();
      assertThat(header(withoutValue, "trace")).isEqualTo("t-1");
      assertThat(header(withoutValue, ErrorHeaders.OMITTED)).isEqualTo("value (400000 bytes)");
      TestRecord<byte[], byte[]> withoutKey = driver.errors.readRecord();
      assertThat(withoutKey.key()).isNull();
      assertThat(withoutKey.value()).isEqualTo(new byte[7]);
      assertThat(header(withoutKey, ErrorHeaders.CODE)).isEqualTo("UNDECODABLE");
      assertThat(header(withoutKey, ErrorHeaders.OMITTED))
          .isEqualTo("headers (0), key (400000 bytes)");
      TestRecord<byte[], byte[]> withoutHeaders = driver.errors.readRecord();
      assertThat(withoutHeaders.key()).isEqualTo(KEY);
      assertThat(withoutHeaders.value()).isEqualTo(new byte[7]);
      assertThat(header(withoutHeaders, ErrorHeaders.OMITTED)).isEqualTo("headers (1)");
      driver.assertDrained();
    }
  }

  @Test
  void shouldEncodeAnEventWithTheMaximumNumberOfHeaders() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(
          new TestRecord<>(KEY, value(click("a", 1, 1)), headers(MAX_HEADERS), TIME));

      assertThat(driver.sparse.readRecord().headers())
          .isEqualTo(headers(MAX_HEADERS).add("promptstream.offset", new byte[] {'0'}));
      assertThat(driver.dense.readRecord().headers())
          .isEqualTo(headers(MAX_HEADERS).add("promptstream.offset", new byte[] {'0'}));
      driver.assertDrained();
    }
  }

  @Test
  void shouldRejectAnEventWithTooManyHeadersBeforeItIsDecoded() {
    try (Driver driver = new Driver(encoder())) {
      for (byte[] value : List.of(value(click("a", 1, 1)), new byte[] {7})) {
        driver.input.pipeInput(new TestRecord<>(KEY, value, headers(MAX_HEADERS + 1), TIME));

        TestRecord<byte[], byte[]> error = driver.errors.readRecord();
        assertThat(header(error, ErrorHeaders.CODE)).isEqualTo("TOO_MANY_HEADERS");
        assertThat(header(error, ErrorHeaders.MESSAGE))
            .isEqualTo("The event has 101 headers, at most 100 are allowed");
        assertThat(header(error, ErrorHeaders.OMITTED)).isEqualTo("headers (101)");
        assertThat(error.headers().headers("h")).isEmpty();
        assertThat(error.key()).isEqualTo(KEY);
        assertThat(error.value()).isEqualTo(value);
      }
      driver.assertDrained();
    }
  }

  @Test
  void shouldLeaveOutTheValueTooIfAnEventWithTooManyHeadersIsTooLarge() {
    try (Driver driver = new Driver(encoder())) {
      driver.input.pipeInput(
          new TestRecord<>(KEY, new byte[MAX_REQUEST_SIZE], headers(1_000), TIME));

      TestRecord<byte[], byte[]> error = driver.errors.readRecord();
      assertThat(header(error, ErrorHeaders.CODE)).isEqualTo("TOO_MANY_HEADERS");
      assertThat(header(error, ErrorHeaders.OMITTED))
          .isEqualTo("value (400000 bytes), headers (1000)");
      assertThat(error.key()).isEqualTo(KEY);
      assertThat(error.value()).isNull();
      driver.assertDrained();
    }
  }

  @Test
  void shouldRejectAnyHeadersIfTheMaximumIsZero() {
    try (Driver driver = new Driver(encoder(), config("promptstream.max.headers", "0"))) {
      driver.input.pipeInput(new TestRecord<>(KEY, value(click("a", 1, 1)), headers(0), TIME));
      driver.input.pipeInput(new TestRecord<>(KEY, value(click("b", 1, 1)), headers(1), TIME));

      assertThat(driver.sparse.readValue().getPromptId()).isEqualTo("a");
      assertThat(driver.dense.readValue().getPromptId()).isEqualTo("a");
      assertThat(header(driver.errors.readRecord(), ErrorHeaders.MESSAGE))
          .isEqualTo("The event has 1 headers, at most 0 are allowed");
      driver.assertDrained();
    }
  }

  @Test
  void shouldMoveAPromptToTheEdgeOfTheImageAndSaySoInBothOutputs() {
    try (Driver driver = new Driver(encoder(), config("promptstream.out.of.image", "clip"))) {
      driver.input.pipeInput(record(value(click("outside", 1801, -7))));
      driver.input.pipeInput(record(value(click("edge", 1800, 0))));

      TestRecord<byte[], SparseEmbedding> clipped = driver.sparse.readRecord();
      TestRecord<byte[], SparseEmbedding> edge = driver.sparse.readRecord();
      assertThat(clipped.value().getEmbedding()).isEqualTo(edge.value().getEmbedding());
      assertThat(header(clipped, "promptstream.clipped")).isEqualTo("true");
      assertThat(header(driver.dense.readRecord(), "promptstream.clipped")).isEqualTo("true");
      assertThat(edge.headers().lastHeader("promptstream.clipped")).isNull();
      assertThat(driver.dense.readRecord().headers().lastHeader("promptstream.clipped"))
          .isNull();
      driver.assertDrained();
    }
  }

  @Test
  void shouldEncodeAMaskOfTheImageAsItsLogitsInEachForm() {
    List<Double> ring = List.of(300., 200., 900., 200., 900., 800., 300., 800.);
    List<Integer> counts = new ArrayList<>(List.of(300 * 1200 + 200, 600));
    ByteBuffer bits = ByteBuffer.allocate(1200 * 225);
    for (int y = 200; y < 800; y++) {
      counts.addAll(List.of(600, 600));
      for (int x = 300; x < 900; x++) {
        int at = y * 225 + x / 8;
        bits.put(at, (byte) (bits.get(at) | 128 >> x % 8));
      }
    }
    // The loop added 600 pairs, but 599 columns follow the first.
    counts.subList(1200, 1202).clear();
    counts.add(900 * 1200 + 400);
    float[] logits = new ImageMasks(Profile.SAM, 10)
        .polygons(new io.promptstream.encoder.ImageSize(1200, 1800), List.of(ring))
        .logits();
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * logits.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(logits);
    try (Driver driver = new Driver(encoder())) {
      for (Object mask : List.of(
          new LogitsMask(DataType.FLOAT32, 256, 256, bytes),
          new PolygonMask(List.of(ring)),
          new RleMask(1200, 1800, counts),
          new BitmapMask(1200, 1800, bits))) {
        driver.input.pipeInput(record(value(prompt().setMask(mask).build())));
      }

      List<DenseEmbedding> dense = driver.dense.readValuesToList();
      assertThat(dense).hasSize(4);
      assertThat(dense.get(0).getEncoding()).isEqualTo(DenseEncoding.FACTORED);
      assertThat(dense).containsOnly(dense.get(0));
      assertThat(driver.sparse.readValuesToList()).hasSize(4);
      assertThat(driver.metric("masks-alone-total")).isEqualTo(4);
      driver.input.pipeInput(record(value(prompt()
          .setMask(new PolygonMask(List.of(ring)))
          .setBox(new Box(300.0, 200.0, 900.0, 800.0))
          .build())));
      assertThat(driver.metric("masks-total")).isEqualTo(5);
      assertThat(driver.metric("masks-alone-total")).isEqualTo(4);
      driver.sparse.readRecord();
      driver.dense.readRecord();
      driver.assertDrained();
    }
  }

  @Test
  void shouldRejectWhatCannotBeMovedToTheEdge() {
    Map<ErrorCode, PromptEvent> faults = Map.of(
        ErrorCode.COORDINATE_NOT_FINITE, click("f", Double.POSITIVE_INFINITY, 1),
        ErrorCode.OUT_OF_IMAGE, boxed(new Box(1801.0, 1.0, 1900.0, 2.0)),
        ErrorCode.BOX_INVERTED, boxed(new Box(2.0, 1.0, 1.0, 2.0)));
    try (Driver driver = new Driver(encoder(), config("promptstream.out.of.image", "clip"))) {
      faults.forEach((code, event) -> {
        driver.input.pipeInput(record(value(event)));
        assertThat(header(driver.errors.readRecord(), ErrorHeaders.CODE)).isEqualTo(code.name());
      });
      driver.assertDrained();
    }
  }

  @Test
  void shouldFailAndForwardNothingWhenTheDeviceFails() {
    try (Driver driver = new Driver(new FailingEncoder(encoder()))) {
      assertThatThrownBy(() -> driver.input.pipeInput(record(value(click("a", 1, 1)))))
          .hasRootCauseInstanceOf(EngineException.class);
      driver.assertDrained();
    }
  }

  /** An encoder whose device fails. */
  private static final class FailingEncoder extends ForwardingPromptEncoder {
    FailingEncoder(PromptEncoder real) {
      super(real);
    }

    @Override
    public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
      throw new EngineException("CUDA error: device-side assert triggered");
    }
  }

  /** The topology under test with its topics. */
  private static final class Driver implements AutoCloseable {
    private final SharedSerdes serdes;
    private final TopologyTestDriver driver;
    final TestInputTopic<byte[], byte[]> input;
    final TestOutputTopic<byte[], SparseEmbedding> sparse;
    final TestOutputTopic<byte[], DenseEmbedding> dense;
    final TestOutputTopic<byte[], byte[]> errors;

    Driver(PromptEncoder encoder) {
      this(encoder, config());
    }

    Driver(PromptEncoder encoder, PromptStreamConfig config) {
      serdes = SharedSerdes.of(config);
      ByteArrayDeserializer bytes = new ByteArrayDeserializer();
      PromptStream promptStream =
          PromptStream.builder(config).encoder(encoder).serdes(serdes).build();
      driver = new TopologyTestDriver(promptStream.topology(), promptStream.properties());
      input = driver.createInputTopic(
          config.inputTopic(), new ByteArraySerializer(), new ByteArraySerializer());
      sparse = driver.createOutputTopic(
          config.sparseTopic(), bytes, serdes.sparseEmbedding().deserializer());
      dense = driver.createOutputTopic(
          config.denseTopic(), bytes, serdes.denseEmbedding().deserializer());
      errors = driver.createOutputTopic(config.errorsTopic(), bytes, bytes);
    }

    void assertDrained() {
      assertThat(sparse.isEmpty()).as("no more sparse records").isTrue();
      assertThat(dense.isEmpty()).as("no more dense records").isTrue();
      assertThat(errors.isEmpty()).as("no more error records").isTrue();
    }

    double metric(String name) {
      return driver.metrics().entrySet().stream()
          .filter(metric -> metric.getKey().name().equals(name))
          .mapToDouble(metric -> (double) metric.getValue().metricValue())
          .sum();
    }

    @Override
    public void close() {
      driver.close();
      serdes.close();
    }
  }

  private static PromptEncoder encoder() {
    if (encoder == null) {
      throw new IllegalStateException("not loaded");
    }
    return encoder;
  }

  private static PromptStreamConfig config(String... nameAndValue) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers", "unused:1",
        "schema.registry.url", "mock://topology-test",
        "promptstream.checkpoint", "seed:42",
        "promptstream.device", "cpu",
        "promptstream.max.points", "3",
        "producer.max.request.size", Integer.toString(MAX_REQUEST_SIZE)));
    for (int i = 0; i < nameAndValue.length; i += 2) {
      settings.put(nameAndValue[i], nameAndValue[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }

  private static RecordHeaders headers(int count) {
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < count; i++) {
      headers.add("h", new byte[0]);
    }
    return headers;
  }

  private static TestRecord<byte[], byte[]> record(byte @Nullable [] value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", "t-1".getBytes(UTF_8));
    return new TestRecord<>(KEY, value, headers, TIME);
  }

  private static String header(TestRecord<?, ?> record, String name) {
    List<Header> headers = new ArrayList<>();
    record.headers().headers(name).forEach(headers::add);
    assertThat(headers).as(name).hasSize(1);
    return new String(headers.get(0).value(), UTF_8);
  }

  private byte[] value(PromptEvent event) {
    return events.serializer().serialize(config.inputTopic(), event);
  }

  private static PromptEvent.Builder prompt() {
    return PromptEvent.newBuilder()
        .setPromptId("f")
        .setImageId("truck.jpg")
        .setImageSize(new ImageSize(1200, 1800));
  }

  private static PromptEvent click(String id, double x, double y) {
    return prompt()
        .setPromptId(id)
        .setPoints(List.of(new Point(x, y, PointLabel.FOREGROUND)))
        .build();
  }

  private static PromptEvent ofModel(String model) {
    return PromptEvent.newBuilder(click("f", 1, 1)).setModel(model).build();
  }

  private static PromptEvent clicks(int count) {
    return prompt()
        .setPoints(java.util.Collections.nCopies(count, new Point(1.0, 1.0, PointLabel.BACKGROUND)))
        .build();
  }

  private static PromptEvent boxed(Box box) {
    return prompt().setBox(box).build();
  }

  private static PromptEvent sized(int height, int width) {
    return prompt().setImageSize(new ImageSize(height, width)).build();
  }

  /** An event that fits, but its dense record has 273 KiB and its mask only 128 KiB. */
  private static PromptEvent tooLarge() {
    LogitsMask mask =
        new LogitsMask(DataType.FLOAT16, 256, 256, ByteBuffer.allocate(2 * 256 * 256));
    return prompt()
        .setImageId("x".repeat(MAX_REQUEST_SIZE - 250_000))
        .setMask(mask)
        .build();
  }

  private static PromptEvent masked(int height, int width, int bytes) {
    return prompt()
        .setMask(new LogitsMask(DataType.FLOAT32, height, width, ByteBuffer.allocate(bytes)))
        .build();
  }

  private static PromptEvent withInMask(float value) {
    ByteBuffer logits = ByteBuffer.allocate(Short.BYTES * 256 * 256).order(ByteOrder.LITTLE_ENDIAN);
    logits.putShort(100, (short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
    return prompt().setMask(new LogitsMask(DataType.BFLOAT16, 256, 256, logits)).build();
  }
}
