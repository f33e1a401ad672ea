package io.promptstream.topology.session;

import static io.promptstream.topology.session.Actions.action;
import static io.promptstream.topology.session.Actions.add;
import static io.promptstream.topology.session.Actions.box;
import static io.promptstream.topology.session.Actions.mask;
import static io.promptstream.topology.session.Actions.point;
import static io.promptstream.topology.session.Actions.remove;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Undo;
import io.promptstream.topology.PromptStream;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.topology.registry.SharedSerdes;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests the sessions with their store and with the encoding behind them. */
class SessionsTest {
  private static final byte[] KEY = "truck.jpg".getBytes(UTF_8);
  private static final Instant TIME = Instant.ofEpochMilli(1_700_000_000_123L);
  private static final Duration HOUR = Duration.ofHours(1);

  private static @Nullable PromptEncoder encoder;

  @TempDir
  private Path directory;

  private @Nullable Driver driver;
  private int made;

  @BeforeAll
  static void loadEncoder() {
    encoder = SamPromptEncoder.load(PromptStreamConfig.of(settings()).encoderOptions());
  }

  @AfterAll
  static void closeEncoder() {
    requireNonNull(encoder).close();
  }

  @AfterEach
  void close() {
    if (driver != null) {
      driver.close();
    }
  }

  @Test
  void shouldWriteThePromptWithKeyTimestampAndHeadersOfTheActionAndEncodeIt() {
    Driver stream = start();
    RecordHeaders headers = new RecordHeaders();
    headers.add("trace", "t-1".getBytes(UTF_8));
    PromptAction action = action("a", add(500, 375));
    stream.actions.pipeInput(new TestRecord<>(KEY, stream.value(action), headers, TIME));

    TestRecord<byte[], PromptEvent> prompt = stream.prompts.readRecord();
    assertThat(prompt.key()).isEqualTo(KEY);
    assertThat(prompt.getRecordTime()).isEqualTo(TIME);
    assertThat(prompt.headers()).isEqualTo(headers);
    assertThat(prompt.value().getPromptId()).isEqualTo("s/o/1");
    assertThat(prompt.value().getPoints()).containsExactly(point(500, 375));
    SparseEmbedding sparse = stream.sparse.readValue();
    assertThat(sparse.getPromptId()).isEqualTo("s/o/1");
    assertThat(sparse.getObjectId()).isEqualTo("o");
    stream.assertDrained();
  }

  @Test
  void shouldKeepTheStateOfEachObjectOfEachSession() {
    Driver stream = start();
    stream.send(add(1, 0));
    stream.send(of("s", null, add(2, 0)));
    stream.send(of("t", "o", add(3, 0)));
    stream.send(add(4, 0));

    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("s/o/1", "s/1", "t/o/1", "s/o/2");
  }

  @Test
  void shouldActOnceOnAnActionThatIsSentTwice() {
    Driver stream = start();
    PromptAction click = action("same", add(1, 0));
    stream.send(click);
    stream.send(click);
    stream.send(add(2, 0));

    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("s/o/1", "s/o/2");
    assertThat(stream.errors.isEmpty()).isTrue();
    assertThat(stream.metric("session-actions-total", "outcome", "duplicate")).isEqualTo(1);
    assertThat(stream.metric("session-actions-total", "outcome", "accepted")).isEqualTo(2);
  }

  @Test
  void shouldEndAllObjectsOfTheSessionAndNoOthers() {
    Driver stream = start();
    List<PromptAction> adds = List.of(
        action("a", add(1, 0)),
        of("s", "other", add(1, 0)),
        of("s", null, add(1, 0)),
        of("ss", "o", add(1, 0)),
        of("s0", null, add(1, 0)));
    adds.forEach(stream::send);
    stream.send(of("s", "unknown", new Close()));
    stream.prompts.readValuesToList();
    assertThat(stream.errors.isEmpty()).isTrue();
    for (PromptAction add : adds) {
      stream.send(of(add.getSessionId(), add.getObjectId(), new Clear()));
    }

    assertThat(stream.errors.readRecordsToList())
        .extracting(error -> header(error, ErrorHeaders.CODE))
        .containsExactly("UNKNOWN_OBJECT", "UNKNOWN_OBJECT", "UNKNOWN_OBJECT");
    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("ss/o/2", "s0/2");
  }

  @Test
  void shouldCloseOnceIfTheCloseIsSentTwice() {
    Driver stream = start();
    PromptAction close = action("close", new Close());
    stream.send(add(1, 0));
    stream.send(close);
    stream.send(of("s", "new", add(1, 0)));
    stream.send(close);
    stream.send(of("s", "new", add(2, 0)));

    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("s/o/1", "s/new/1", "s/new/2");
    assertThat(stream.errors.isEmpty()).isTrue();
  }

  @Test
  void shouldReportEveryErrorOfAnActionWithItsCodeAndChangeNothing() {
    Map<ErrorCode, PromptAction> faults = new EnumMap<>(ErrorCode.class);
    faults.put(ErrorCode.INVALID_ID, of("a/b", "o", add(1, 0)));
    faults.put(ErrorCode.UNKNOWN_OBJECT, of("s", "unknown", new Undo()));
    faults.put(
        ErrorCode.SESSION_MISMATCH,
        PromptAction.newBuilder(action("f", add(1, 0)))
            .setImageSize(new ImageSize(5, 5))
            .build());
    faults.put(ErrorCode.NO_POINT_NEAR, action("f", remove(9, 9, 1)));
    faults.put(ErrorCode.NOTHING_TO_REDO, action("f", new Redo()));
    faults.put(ErrorCode.NOTHING_TO_CLEAR, action("f", new ClearBox()));
    faults.put(ErrorCode.SESSION_TOO_LARGE, action("f", mask(256 * 256 * 4, 1)));
    faults.put(ErrorCode.OUT_OF_IMAGE, action("f", box(1801)));
    faults.put(ErrorCode.TOO_MANY_POINTS, action("f", add(1, 0)));
    faults.put(ErrorCode.MASK_SIZE, action("f", mask(3, 1)));
    faults.put(
        ErrorCode.UNKNOWN_MODEL,
        PromptAction.newBuilder(of("t", "o", add(1, 0))).setModel("none").build());
    Driver stream =
        start("promptstream.max.points", "2", PromptStreamConfig.SESSION_MAX_BYTES, "200000");
    stream.send(add(1, 0));
    stream.send(add(2, 0));
    stream.prompts.readValuesToList();

    faults.forEach((code, fault) -> {
      stream.send(fault);
      assertThat(stream.errors.isEmpty()).as(code.name()).isFalse();
      TestRecord<byte[], byte[]> error = stream.errors.readRecord();
      assertThat(header(error, ErrorHeaders.CODE)).isEqualTo(code.name());
      assertThat(header(error, ErrorHeaders.TOPIC)).isEqualTo("prompt-actions");
      assertThat(error.value()).isEqualTo(stream.value(fault));
      assertThat(stream.metric("session-actions-total", "code", code.name())).isEqualTo(1);
    });
    stream.send(new Undo());
    stream.send(new Undo());
    stream.send(new Undo());

    assertThat(header(stream.errors.readRecord(), ErrorHeaders.CODE)).isEqualTo("NOTHING_TO_UNDO");
    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("s/o/3", "s/o/4");
    // A repeat after a failure is tested with the fold.
    faults
        .keySet()
        .removeAll(EnumSet.range(ErrorCode.TOO_MANY_HEADERS, ErrorCode.RESULT_TOO_LARGE));
    faults.put(ErrorCode.NOTHING_TO_UNDO, action("f", new Undo()));
    faults.put(ErrorCode.ACTION_OUTDATED, action("f", new Undo()));
    assertThat(faults.keySet())
        .isEqualTo(EnumSet.range(ErrorCode.INVALID_ID, ErrorCode.ACTION_OUTDATED));
  }

  @Test
  void shouldRejectAnActionThatCannotBeDecodedOrSentOn() {
    Driver stream = start();
    stream.actions.pipeInput(KEY, new byte[] {7});
    RecordHeaders headers = new RecordHeaders();
    for (int i = 0; i < 101; i++) {
      headers.add("h", new byte[0]);
    }
    byte[] value = stream.value(action("a", add(1, 0)));
    stream.actions.pipeInput(new TestRecord<>(KEY, value, headers, TIME));
    stream.actions.pipeInput(new byte[1_000_000], value);

    assertThat(stream.errors.readRecordsToList())
        .extracting(error -> header(error, ErrorHeaders.CODE))
        .containsExactly("UNDECODABLE", "TOO_MANY_HEADERS", "RESULT_TOO_LARGE");
    stream.send(add(1, 0));
    assertThat(stream.prompts.readValue().getPromptId()).isEqualTo("s/o/1");
  }

  @Test
  void shouldRejectAnObjectThatTheSessionHasNoRoomFor() {
    Driver stream = start(PromptStreamConfig.SESSION_MAX_OBJECTS, "2");
    stream.send(of("s", "1", add(1, 0)));
    stream.send(of("s", "2", add(1, 0)));
    stream.send(of("s", "3", add(1, 0)));
    stream.send(of("t", "3", add(1, 0)));
    stream.send(of("s", "2", add(2, 0)));

    assertThat(header(stream.errors.readRecord(), ErrorHeaders.MESSAGE))
        .isEqualTo("The session has 2 objects already, at most 2 are allowed");
    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("s/1/1", "s/2/1", "t/3/1", "s/2/2");
  }

  @Test
  void shouldRejectAnObjectWithAnotherSizeOfTheSameImage() {
    Driver stream = start();
    stream.send(add(1, 0));
    PromptAction other = PromptAction.newBuilder(of("s", "other", add(1, 0)))
        .setImageSize(new ImageSize(5, 5))
        .build();
    stream.send(other);
    stream.send(PromptAction.newBuilder(other).setImageId("car.jpg").build());

    assertThat(header(stream.errors.readRecord(), ErrorHeaders.CODE)).isEqualTo("SESSION_MISMATCH");
    assertThat(stream.prompts.readValuesToList())
        .extracting(PromptEvent::getPromptId)
        .containsExactly("s/o/1", "s/other/1");
  }

  @Test
  void shouldForgetAnObjectAfterItsTimeByTheClock() {
    Driver stream = start();
    stream.send(add(1, 0));
    stream.send(of("t", "o", add(1, 0)));
    stream.driver.advanceWallClockTime(HOUR.minusSeconds(1));
    stream.send(of("t", "o", box(5)));
    stream.driver.advanceWallClockTime(HOUR.dividedBy(100));
    stream.prompts.readValuesToList();

    stream.send(new Undo());
    stream.send(of("t", "o", new Undo()));

    assertThat(header(stream.errors.readRecord(), ErrorHeaders.CODE)).isEqualTo("UNKNOWN_OBJECT");
    assertThat(stream.errors.isEmpty()).isTrue();
    assertThat(stream.prompts.readValue().getPromptId()).isEqualTo("t/o/3");
    assertThat(stream.metric("session-objects-expired-total", "", "")).isEqualTo(1);
  }

  /**
   * Without transactions, an instance that was suspended can write its states to the changelog
   * after those of its successor. The successor's clock is behind, so its states expire first.
   */
  @Test
  void shouldContinueFromTheNewestStateWhateverASuspendedInstanceWritesLater() {
    List<KeyValue<String, SessionState>> changelog;
    List<KeyValue<String, SessionState>> late;
    try (Driver suspended = start("first", TIME)) {
      suspended.send(add(1, 0));
      changelog = suspended.changelog.readKeyValuesToList();
      suspended.send(add(2, 0));
      late = suspended.changelog.readKeyValuesToList();
    }
    try (Driver successor = start("second", TIME.minus(HOUR))) {
      successor.restore(changelog);
      successor.skip(1);
      successor.send(add(2, 0));
      successor.send(box(5));
      changelog.addAll(successor.changelog.readKeyValuesToList());
    }
    changelog.addAll(late);
    Driver next = start("third", TIME);
    next.restore(changelog);
    next.skip(3);
    next.driver.advanceWallClockTime(Duration.ofMinutes(2));

    next.send(new Undo());

    PromptEvent prompt = next.prompts.readValue();
    assertThat(prompt.getPromptId()).isEqualTo("s/o/4");
    assertThat(prompt.getPoints()).containsExactly(point(1, 0), point(2, 0));

    next.driver.advanceWallClockTime(HOUR);
    next.driver.advanceWallClockTime(HOUR.dividedBy(100));
    assertThat(next.metric("session-objects-expired-total", "", "")).isEqualTo(1);
    assertThat(next.isStoreEmpty()).isTrue();
  }

  /**
   * The timestamp of an action, which any producer can set, must not end the sessions of others.
   */
  @Test
  void shouldNotExpireByTheTimestampsOfActions() {
    Driver stream = start();
    stream.send(add(1, 0));
    stream.actions.pipeInput(
        KEY, stream.value(of("t", "o", add(1, 0))), TIME.plus(Duration.ofDays(1_000)));
    stream.send(new Undo());

    assertThat(stream.errors.isEmpty()).isTrue();
  }

  @Test
  void shouldNotReadActionsUnlessSessionsAreTurnedOn() {
    try (PromptStream stream = PromptStream.builder(
            PromptStreamConfig.of(settings("promptstream.sessions", "false")))
        .encoder(requireNonNull(encoder))
        .build()) {
      assertThat(stream.topology().describe().toString()).doesNotContain("session", "actions");
      assertThat(stream.properties()).doesNotContainKey("rocksdb.config.setter");
    }
  }

  @Test
  void shouldKeepTheTaskIdsOfTheEncodingIfSessionsAreTurnedOn() {
    try (PromptStream stream = PromptStream.builder(PromptStreamConfig.of(settings()))
        .encoder(requireNonNull(encoder))
        .build()) {
      assertThat(stream.topology().describe().toString())
          .containsSubsequence(
              "Sub-topology: 0",
              "prompt-encoder",
              "Sub-topology: 1",
              "Processor: sessions (stores: [sessions])");
    }
  }

  private Driver start(String... namesAndValues) {
    Map<String, String> settings = settings(namesAndValues);
    settings.put("state.dir", directory.toString());
    driver = new Driver(PromptStreamConfig.of(settings), Instant.now());
    return driver;
  }

  /** Starts an instance with a state directory and a clock of its own. */
  private Driver start(String instance, Instant now) {
    Map<String, String> settings = settings();
    settings.put("state.dir", directory.resolve(instance).toString());
    driver = new Driver(PromptStreamConfig.of(settings), now);
    return driver;
  }

  private static Map<String, String> settings(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers", "unused:1",
        "schema.registry.url", "mock://sessions-test",
        "promptstream.checkpoint", "seed:42",
        "promptstream.device", "cpu",
        "promptstream.max.points", "2",
        "promptstream.sessions", "true",
        "promptstream.session.ttl.ms", Long.toString(HOUR.toMillis())));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return settings;
  }

  private PromptAction of(String session, @Nullable String object, Object what) {
    return PromptAction.newBuilder(action("of-" + made++, what))
        .setSessionId(session)
        .setObjectId(object)
        .build();
  }

  private static @Nullable String header(TestRecord<?, ?> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  /** The topology under test with its topics. */
  private static final class Driver implements AutoCloseable {
    private final SharedSerdes serdes;
    private final PromptStreamConfig config;
    final TopologyTestDriver driver;
    final TestInputTopic<byte[], byte[]> actions;
    final TestOutputTopic<byte[], PromptEvent> prompts;
    final TestOutputTopic<byte[], SparseEmbedding> sparse;
    final TestOutputTopic<byte[], byte[]> errors;
    final TestOutputTopic<String, SessionState> changelog;
    private int sent;

    Driver(PromptStreamConfig config, Instant now) {
      this.config = config;
      serdes = SharedSerdes.of(config);
      PromptStream stream = PromptStream.builder(config)
          .encoder(requireNonNull(encoder))
          .serdes(serdes)
          .build();
      driver = new TopologyTestDriver(stream.topology(), stream.properties(), now);
      ByteArraySerializer serializer = new ByteArraySerializer();
      ByteArrayDeserializer bytes = new ByteArrayDeserializer();
      actions = driver.createInputTopic(config.actionsTopic(), serializer, serializer);
      prompts = driver.createOutputTopic(
          config.inputTopic(), bytes, serdes.promptEvent().deserializer());
      sparse = driver.createOutputTopic(
          config.sparseTopic(), bytes, serdes.sparseEmbedding().deserializer());
      errors = driver.createOutputTopic(config.errorsTopic(), bytes, bytes);
      changelog = driver.createOutputTopic(
          config.sessionsChangelog(),
          new StringDeserializer(),
          SessionStates.serde().deserializer());
    }

    /** Fills the store as from the changelog. */
    void restore(List<KeyValue<String, SessionState>> changelog) {
      KeyValueStore<String, SessionState> store =
          driver.getKeyValueStore(PromptStreamConfig.SESSIONS_STORE);
      changelog.forEach(entry -> store.put(entry.key, entry.value));
    }

    boolean isStoreEmpty() {
      try (var entries =
          driver.getKeyValueStore(PromptStreamConfig.SESSIONS_STORE).all()) {
        return !entries.hasNext();
      }
    }

    /** Goes on behind the actions that another instance has processed. */
    void skip(int count) {
      for (int i = 0; i < count; i++) {
        actions.pipeInput(KEY, new byte[0]);
        sent++;
      }
    }

    void send(Object what) {
      send(action("a" + sent++, what));
    }

    void send(PromptAction action) {
      actions.pipeInput(KEY, value(action));
    }

    byte[] value(PromptAction action) {
      return serdes.promptAction().serializer().serialize(config.actionsTopic(), action);
    }

    double metric(String name, String tag, String value) {
      return driver.metrics().entrySet().stream()
          .filter(metric -> metric.getKey().name().equals(name))
          .filter(metric -> metric.getKey().tags().getOrDefault(tag, "").equals(value))
          .mapToDouble(metric -> (double) metric.getValue().metricValue())
          .sum();
    }

    void assertDrained() {
      assertThat(prompts.isEmpty()).isTrue();
      assertThat(sparse.isEmpty()).isTrue();
      assertThat(errors.isEmpty()).isTrue();
    }

    @Override
    public void close() {
      driver.close();
      serdes.close();
    }
  }
}
