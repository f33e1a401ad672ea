package io.promptstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.topology.lookahead.LookAheadInterceptor;
import io.promptstream.topology.registry.SharedSerdes;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.errors.LogAndContinueProcessingExceptionHandler;
import org.apache.kafka.streams.errors.TopologyException;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class PromptStreamTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final byte[] KEY = {0, (byte) 0xff, 7};
  private static final String INTERCEPTORS = "main.consumer.interceptor.classes";
  private static final String HANDLER = "processing.exception.handler";

  private static @Nullable PromptEncoder encoder;

  @BeforeAll
  static void loadEncoder() {
    encoder = SamPromptEncoder.load(config().encoderOptions());
  }

  @AfterAll
  static void closeEncoder() {
    encoder().close();
  }

  static Stream<Named<Function<PromptStream, Topology>>> bothForms() {
    return Stream.of(
        Named.of("whole topology", PromptStream::topology),
        Named.of("step of another topology", PromptStreamTest::anotherTopology));
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void shouldGiveEachEventItsEmbeddingsAndSendARejectedEventToTheErrorTopic(
      Function<PromptStream, Topology> form) {
    PromptStreamConfig config = config();
    try (PromptStream promptStream = promptStream(config);
        TopologyTestDriver driver =
            new TopologyTestDriver(form.apply(promptStream), promptStream.properties())) {
      byte[] bad = value(promptStream, "bad", Double.NaN);

      pipe(driver, config, value(promptStream, "before", 1));
      pipe(driver, config, bad);
      pipe(driver, config, value(promptStream, "after", 1));

      List<TestRecord<byte[], SparseEmbedding>> sparse =
          read(driver, config.sparseTopic(), promptStream.serdes().sparseEmbedding());
      List<TestRecord<byte[], DenseEmbedding>> dense =
          read(driver, config.denseTopic(), promptStream.serdes().denseEmbedding());
      assertThat(sparse)
          .extracting(record -> record.value().getPromptId())
          .containsExactly("before", "after");
      assertThat(dense)
          .extracting(record -> record.value().getPromptId())
          .containsExactly("before", "after");
      assertThat(Stream.concat(sparse.stream(), dense.stream())).allSatisfy(record -> {
        assertThat(record.key()).isEqualTo(KEY);
        assertThat(record.timestamp()).isEqualTo(TIME.toEpochMilli());
        assertThat(header(record, "trace")).isEqualTo("t-1");
      });
      assertThat(read(driver, config.errorsTopic(), Serdes.ByteArray()))
          .singleElement()
          .satisfies(error -> {
            assertThat(error.value()).isEqualTo(bad);
            assertThat(header(error, ErrorHeaders.CODE)).isEqualTo("COORDINATE_NOT_FINITE");
          });
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void shouldEncodeInOneCallWhatWasPolledAtOnce(Function<PromptStream, Topology> form) {
    PromptStreamConfig config = config();
    try (PromptStream promptStream = promptStream(config);
        TopologyTestDriver driver =
            new TopologyTestDriver(form.apply(promptStream), promptStream.properties())) {
      List<byte[]> values =
          Stream.of("a", "b", "c").map(id -> value(promptStream, id, 1)).toList();

      poll(promptStream, config.inputTopic(), values);
      values.forEach(value -> pipe(driver, config, value));

      assertThat(driver.metrics().values())
          .filteredOn(metric -> metric.metricName().name().equals("window-size-max"))
          .extracting(metric -> metric.metricValue())
          .containsExactly(3.0);
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void shouldFailAtOnceWithoutItsProperties(Function<PromptStream, Topology> form) {
    PromptStreamConfig config = config();
    try (PromptStream promptStream = promptStream(config)) {
      Topology topology = form.apply(promptStream);

      assertThatThrownBy(() -> new TopologyTestDriver(topology, config.streamsProperties()))
          .rootCause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(INTERCEPTORS + " is null")
          .hasMessageContaining("PromptStream.properties()")
          .hasMessageContaining("promptstream.lookahead.max.prompts=0");
    }
  }

  @Test
  void shouldFailAtOnceIfAnotherInterceptorReplacesLookAhead() {
    try (PromptStream promptStream = promptStream(config())) {
      Properties properties = promptStream.properties();
      properties.setProperty(INTERCEPTORS, "org.example.Another");

      assertThatThrownBy(() -> new TopologyTestDriver(promptStream.topology(), properties))
          .rootCause()
          .hasMessageContaining(INTERCEPTORS + " is org.example.Another and must contain");
    }
  }

  @Test
  void shouldFailAtOnceWithThePropertiesOfAnotherInstance() {
    try (PromptStream promptStream = promptStream(config());
        PromptStream another = promptStream(config())) {
      assertThatThrownBy(
              () -> new TopologyTestDriver(promptStream.topology(), another.properties()))
          .rootCause()
          .hasMessageContaining("of the same PromptStream");
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void shouldNotNeedLookAheadIfItIsDisabled(Function<PromptStream, Topology> form) {
    PromptStreamConfig config = config("promptstream.lookahead.max.prompts", "0");
    try (PromptStream promptStream = promptStream(config);
        TopologyTestDriver driver =
            new TopologyTestDriver(form.apply(promptStream), config.streamsProperties())) {
      pipe(driver, config, value(promptStream, "a", 1));

      assertThat(read(driver, config.sparseTopic(), Serdes.ByteArray())).hasSize(1);
    }
  }

  @ParameterizedTest
  @MethodSource("bothForms")
  void shouldFailAtOnceIfRejectedEventsWouldNotGoToTheErrorTopic(
      Function<PromptStream, Topology> form) {
    try (PromptStream promptStream =
        promptStream(config("promptstream.lookahead.max.prompts", "0"))) {
      Properties handler = promptStream.properties();
      handler.put(HANDLER, LogAndContinueProcessingExceptionHandler.class);
      Properties topic = promptStream.properties();
      topic.remove("errors.dead.letter.queue.topic.name");

      assertThatThrownBy(() -> new TopologyTestDriver(form.apply(promptStream), handler))
          .rootCause()
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(HANDLER + " is org.apache.kafka.streams.errors.LogAndContinue")
          .hasMessageContaining("PromptStream.properties()");
      assertThatThrownBy(() -> new TopologyTestDriver(form.apply(promptStream), topic))
          .rootCause()
          .hasMessageContaining(
              "errors.dead.letter.queue.topic.name is null, must be prompt-errors");
    }
  }

  @Test
  void shouldRefuseASecondEncodingInOneTopology() {
    try (PromptStream promptStream = promptStream(config())) {
      StreamsBuilder builder = new StreamsBuilder();
      promptStream.addTo(builder);
      promptStream.addTo(builder);

      assertThatThrownBy(builder::build)
          .isInstanceOf(TopologyException.class)
          .hasMessageContaining("prompt-encoder");
    }
  }

  @Test
  void shouldNotRepartitionEmbeddingsBeforeAnAggregation() {
    try (PromptStream promptStream = promptStream(config())) {
      StreamsBuilder builder = new StreamsBuilder();
      promptStream
          .addTo(builder)
          .dense()
          .groupByKey(Grouped.with(Serdes.ByteArray(), Serdes.ByteArray()))
          .count();

      assertThat(builder.build().describe().toString()).doesNotContain("-repartition");
    }
  }

  @Test
  void shouldLetTheApplicationReadTheInputTopicToo() {
    PromptStreamConfig config = config();
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(config.inputTopic(), Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .to("copy", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    try (PromptStream promptStream = promptStream(config)) {
      toTopics(promptStream.addTo(builder));
      byte[] event = value(promptStream, "a", 1);
      try (TopologyTestDriver driver =
          new TopologyTestDriver(builder.build(), promptStream.properties())) {
        pipe(driver, config, event);

        assertThat(read(driver, "copy", Serdes.ByteArray()))
            .extracting(TestRecord::value)
            .containsExactly(event);
        assertThat(read(driver, config.denseTopic(), Serdes.ByteArray())).hasSize(1);
      }
    }
  }

  @Test
  void shouldCloseTheModelsThatItLoaded() {
    PromptStreamConfig config = config();
    PromptStream promptStream = PromptStream.of(config);
    byte[] event = value(promptStream, "a", 1);
    try (TopologyTestDriver driver =
        new TopologyTestDriver(promptStream.topology(), promptStream.properties())) {
      pipe(driver, config, event);
      assertThat(read(driver, config.sparseTopic(), Serdes.ByteArray())).hasSize(1);

      promptStream.close();

      assertThatThrownBy(() -> pipe(driver, config, event)).isInstanceOf(RuntimeException.class);
    }
  }

  @Test
  void shouldNotCloseWhatItWasGiven() {
    PromptStreamConfig config = config();
    Models models = Models.of(encoder());
    try (SharedSerdes serdes = SharedSerdes.of(config)) {
      PromptStream promptStream =
          PromptStream.builder(config).models(models).serdes(serdes).build();
      try (TopologyTestDriver driver =
          new TopologyTestDriver(promptStream.topology(), promptStream.properties())) {
        promptStream.close();

        pipe(driver, config, value(promptStream, "a", 1));

        assertThat(read(driver, config.sparseTopic(), Serdes.ByteArray())).hasSize(1);
      }
    }
  }

  private static PromptStream promptStream(PromptStreamConfig config) {
    return PromptStream.builder(config).encoder(encoder()).build();
  }

  private static Topology anotherTopology(PromptStream promptStream) {
    StreamsBuilder builder = new StreamsBuilder();
    toTopics(promptStream.addTo(builder));
    return builder.build();
  }

  private static void toTopics(EmbeddingStreams embeddings) {
    Produced<byte[], byte[]> bytes = Produced.with(Serdes.ByteArray(), Serdes.ByteArray());
    embeddings.sparse().to(config().sparseTopic(), bytes);
    embeddings.dense().to(config().denseTopic(), bytes);
  }

  /** Does what the main consumer does with its interceptor; the test driver has none. */
  private static void poll(PromptStream promptStream, String topic, List<byte[]> values) {
    LookAheadInterceptor interceptor = new LookAheadInterceptor();
    interceptor.configure(
        new StreamsConfig(promptStream.properties()).getMainConsumerConfigs("group", "client", 0));
    List<ConsumerRecord<byte[], byte[]>> records = IntStream.range(0, values.size())
        .mapToObj(i -> new ConsumerRecord<>(topic, 0, i, KEY, values.get(i)))
        .toList();
    interceptor.onConsume(
        new ConsumerRecords<>(Map.of(new TopicPartition(topic, 0), records), Map.of()));
  }

  private static void pipe(TopologyTestDriver driver, PromptStreamConfig config, byte[] value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", "t-1".getBytes(UTF_8));
    driver
        .createInputTopic(config.inputTopic(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(new TestRecord<>(KEY, value, headers, TIME));
  }

  private static <T> List<TestRecord<byte[], T>> read(
      TopologyTestDriver driver, String topic, Serde<T> serde) {
    return driver
        .createOutputTopic(topic, new ByteArrayDeserializer(), serde.deserializer())
        .readRecordsToList();
  }

  private static String header(TestRecord<?, ?> record, String name) {
    return new String(record.headers().lastHeader(name).value(), UTF_8);
  }

  private static byte[] value(PromptStream promptStream, String id, double x) {
    PromptEvent event = PromptEvent.newBuilder()
        .setPromptId(id)
        .setImageId("truck.jpg")
        .setImageSize(new ImageSize(1200, 1800))
        .setPoints(List.of(new Point(x, 1.0, PointLabel.FOREGROUND)))
        .build();
    return promptStream.serdes().promptEvent().serializer().serialize("prompt-events", event);
  }

  private static PromptEncoder encoder() {
    return requireNonNull(encoder, "not loaded");
  }

  private static PromptStreamConfig config(String... nameAndValue) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers", "unused:1",
        "schema.registry.url", "mock://prompt-stream-test",
        "promptstream.checkpoint", "seed:42",
        "promptstream.device", "cpu"));
    for (int i = 0; i < nameAndValue.length; i += 2) {
      settings.put(nameAndValue[i], nameAndValue[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }
}
