package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.PromptStream;
import io.promptstream.topology.config.PromptStreamConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests look-ahead while partitions move between threads and instances, and while a thread dies and
 * another resumes at the last commit.
 */
@ExtendWith(SharedServices.Resolver.class)
@TestInstance(Lifecycle.PER_CLASS)
final class RebalanceIT {
  private static final int PARTITIONS = 4;
  private static final int PORTION = 500;
  private static final int EVENTS = 4 * PORTION;
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final String registry = "mock://" + UUID.randomUUID();
  private final AtomicBoolean failNext = new AtomicBoolean();

  private Path state;
  private SharedServices services;
  private PromptEncoder encoder;
  private Map<String, Set<Long>> expected;

  @BeforeAll
  void start(SharedServices services, @TempDir Path state) throws Exception {
    this.state = state;
    this.services = services;
    encoder = SamPromptEncoder.load(config("undisturbed", Map.of()).encoderOptions());
    createTopics("undisturbed");
    expected = expected();
  }

  @AfterAll
  void stop() {
    encoder.close();
  }

  /** The results of events: number of records, and values by key. */
  private static final class Seen {
    final Map<String, Set<Long>> checksums = new HashMap<>();
    int records;

    void add(ConsumerRecord<byte[], byte[]> record) {
      CRC32C checksum = new CRC32C();
      checksum.update(record.value());
      checksums
          .computeIfAbsent(new String(record.key(), UTF_8), unused -> new HashSet<>())
          .add(checksum.getValue());
      records++;
    }
  }

  @ParameterizedTest
  @CsvSource({"classic, at_least_once", "streams, exactly_once_v2"})
  void shouldGiveRightResultsAndLeaveNothingBehind(String protocol, String guarantee)
      throws Exception {
    createTopics(protocol);
    try (TopicReader sparse = new TopicReader(services.bootstrapServers(), protocol + "-sparse");
        TopicReader dense = new TopicReader(services.bootstrapServers(), protocol + "-dense")) {
      move(protocol, Map.of("group.protocol", protocol, "processing.guarantee", guarantee));

      for (TopicReader reader : List.of(sparse, dense)) {
        Seen seen = new Seen();
        reader.forEachUntil(() -> seen.checksums.size() == EVENTS, seen::add);
        if (guarantee.equals("exactly_once_v2")) {
          reader.assertNoMore();
          assertThat(seen.records).isEqualTo(EVENTS);
        }
        if (reader == sparse) {
          assertThat(seen.checksums).isEqualTo(expected);
        }
      }
    }
  }

  /** Sends all events while threads and instances come and go. */
  private void move(String application, Map<String, String> settings) throws Exception {
    try (KafkaStreams first = start(application, "first", settings)) {
      first.addStreamThread();
      send(application, 0);
      failNext.set(true);
      send(application, PORTION);
      await().atMost(TIMEOUT).untilFalse(failNext);
      try (KafkaStreams second = start(application, "second", settings)) {
        send(application, 2 * PORTION);
        second.close(CloseOptions.timeout(TIMEOUT)
            .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
      }
      first.removeStreamThread(TIMEOUT);
      send(application, 3 * PORTION);
      awaitDone(application, first);
    }
  }

  private void awaitDone(String application, KafkaStreams streams) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", services.bootstrapServers()))) {
      await().atMost(TIMEOUT).pollInterval(Duration.ofMillis(50)).untilAsserted(() -> {
        long committed = admin
            .listConsumerGroupOffsets(application)
            .partitionsToOffsetAndMetadata()
            .get()
            .values()
            .stream()
            .mapToLong(offset -> offset == null ? 0 : offset.offset())
            .sum();
        assertThat(committed).isEqualTo(EVENTS);
      });
    }
    // Every task on this instance sees the events that the instance has polled but not processed.
    assertThat(streams.metrics().values().stream()
            .filter(metric -> metric.metricName().name().equals("live-events"))
            .map(metric -> (Double) metric.metricValue()))
        .isNotEmpty()
        .containsOnly(0.0);
  }

  /** Returns the results of the same events, encoded one at a time without rebalances. */
  private Map<String, Set<Long>> expected() throws Exception {
    Map<String, String> settings = Map.of(PromptStreamConfig.LOOKAHEAD_MAX_PROMPTS, "0");
    try (TopicReader sparse = new TopicReader(services.bootstrapServers(), "undisturbed-sparse");
        KafkaStreams alone = start("undisturbed", "undisturbed", settings)) {
      for (int from = 0; from < EVENTS; from += PORTION) {
        send("undisturbed", from);
      }
      Seen seen = new Seen();
      sparse.forEach(EVENTS, seen::add);
      assertThat(alone.state()).isEqualTo(KafkaStreams.State.RUNNING);
      return seen.checksums;
    }
  }

  private KafkaStreams start(String application, String instance, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("state.dir", state.resolve(application).resolve(instance).toString());
    PromptStreamConfig config = config(application, settings);
    PromptStream promptStream =
        PromptStream.builder(config).encoder(failing(encoder)).build();
    KafkaStreams streams = new KafkaStreams(promptStream.topology(), promptStream.properties());
    streams.setUncaughtExceptionHandler(thrown -> StreamThreadExceptionResponse.REPLACE_THREAD);
    streams.start();
    await().atMost(TIMEOUT).until(() -> streams.state() == KafkaStreams.State.RUNNING);
    return streams;
  }

  private PromptStreamConfig config(String application, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", services.bootstrapServers());
    settings.put("schema.registry.url", registry);
    settings.put("application.id", application);
    settings.put("commit.interval.ms", "500");
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.WARM_UP, "0");
    settings.put("promptstream.input.topic", application + "-input");
    settings.put("promptstream.sparse.topic", application + "-sparse");
    settings.put("promptstream.dense.topic", application + "-dense");
    settings.put("promptstream.errors.topic", application + "-errors");
    if (!"streams".equals(more.get("group.protocol"))) {
      settings.put("consumer.session.timeout.ms", "6000");
      settings.put("consumer.heartbeat.interval.ms", "1000");
    }
    settings.putAll(more);
    return PromptStreamConfig.of(settings);
  }

  private void createTopics(String application) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", services.bootstrapServers()))) {
      admin
          .createTopics(Stream.of("-input", "-sparse", "-dense", "-errors")
              .map(name -> new NewTopic(application + name, PARTITIONS, (short) 1))
              .toList())
          .all()
          .get();
    }
  }

  /** Returns an encoder that fails once each time {@code failNext} is set. */
  private PromptEncoder failing(PromptEncoder encoder) {
    return new ForwardingPromptEncoder(encoder) {
      @Override
      public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
        if (failNext.compareAndSet(true, false)) {
          throw new IllegalStateException("the device is gone");
        }
        return super.encode(prompts);
      }
    };
  }

  private void send(String application, int from) {
    String topic = application + "-input";
    try (Serde<PromptEvent> serde =
            AvroSerdes.promptEvent(Map.of("schema.registry.url", registry));
        // One request at a time, because a new topic rejects the first requests.
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                services.bootstrapServers(),
                "max.in.flight.requests.per.connection",
                1),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = from; i < from + PORTION; i++) {
        PromptEvent event = Events.click("event-" + i, i % 640, i % 480);
        byte[] key = event.getPromptId().getBytes(UTF_8);
        var unused = producer.send(
            new ProducerRecord<>(topic, key, serde.serializer().serialize(topic, event)));
      }
    }
  }
}
