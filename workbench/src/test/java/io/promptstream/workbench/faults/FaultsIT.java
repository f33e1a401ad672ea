package io.promptstream.workbench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;

import io.promptstream.topology.DefectiveProcessor;
import io.promptstream.topology.DefectiveProcessor.Defect;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.Guarantee;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the guarantees under faults, and that the checks detect violations. */
@TestInstance(Lifecycle.PER_CLASS)
final class FaultsIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final Duration SOAK = Duration.ofSeconds(30);
  private static final long SEED = 5;

  /** Enough events for every partition. */
  private static final int EVENTS = 200;

  private Path directory;
  private Environment environment;

  @BeforeAll
  void start(@TempDir Path directory) throws Exception {
    this.directory = directory;
    environment = Environment.start(directory);
  }

  @AfterAll
  void stop() {
    environment.close();
  }

  @Test
  void shouldKeepExactlyOnceWhenAnInstanceIsKilledInATransactionAndTheBrokerIsKilled()
      throws Exception {
    FaultReport report = new FaultsRun(
            plan(Guarantee.EXACTLY_ONCE_V2, GroupProtocol.STREAMS), directory, line -> {})
        .run(environment, "exactly-once", List.of(Fault.KILL_AT_WORK, Fault.BROKER_KILLED));

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().killsInTransaction()).isEqualTo(1);
  }

  @Test
  void shouldKeepAtLeastOnceWhenAnInstanceIsKilledAtWorkAndTheBrokerIsRestarted() throws Exception {
    FaultReport report = new FaultsRun(
            plan(Guarantee.AT_LEAST_ONCE, GroupProtocol.CLASSIC), directory, line -> {})
        .run(environment, "at-least-once", List.of(Fault.KILL_AT_WORK, Fault.BROKER_RESTARTED));

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().kills()).isEqualTo(1);
  }

  @Tag("soak")
  @ParameterizedTest
  @CsvSource({"EXACTLY_ONCE_V2, STREAMS", "AT_LEAST_ONCE, CLASSIC"})
  void shouldKeepItsGuaranteeUnderFaults(Guarantee guarantee, GroupProtocol protocol)
      throws Exception {
    FaultReport report = new FaultsRun(plan(guarantee, protocol), directory, line -> {})
        .run(environment, "all-faults-" + protocol);

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().kills()).isPositive();
  }

  @Test
  void shouldFindThatRecordsAreBufferedAcrossACommit() throws Exception {
    try (Trial trial = trial("buffering", Guarantee.AT_LEAST_ONCE);
        Instance defective = instance(trial, "defective", BufferingApplication.class)) {
      trial.load().send(EVENTS);
      trial.load().stop();
      // Events without output are now in the buffer, and their offsets are committed.
      assertThat(trial.awaitCommitted()).isTrue();
      defective.kill();
      try (Instance sound = instance(trial, "sound", FaultyApplication.class)) {
        trial.load().send(EVENTS);
        trial.load().stop();
        assertThat(trial.awaitCommitted()).isTrue();
        sound.terminate(TIMEOUT);
      }

      assertThat(violated(trial))
          .singleElement(STRING)
          .contains("at least one sparse and one dense record");
    }
  }

  @Test
  void shouldFindThatAWindowIsDroppedOnARebalance() throws Exception {
    try (Trial trial = trial("dropping", Guarantee.EXACTLY_ONCE_V2);
        KafkaStreams first = streams(trial, "first", Defect.DROPS_A_WINDOW_ON_A_REBALANCE)) {
      trial.load().send(EVENTS);
      trial.load().stop();
      assertThat(trial.awaitCommitted()).isTrue();
      try (KafkaStreams second = streams(trial, "second", Defect.DROPS_A_WINDOW_ON_A_REBALANCE)) {
        await()
            .atMost(TIMEOUT)
            .until(() -> second.metadataForLocalThreads().stream()
                .anyMatch(thread -> !thread.activeTasks().isEmpty()));
        trial.load().send(EVENTS);
        trial.load().stop();
        assertThat(trial.awaitCommitted()).isTrue();
      }
      first.close(TIMEOUT);

      assertThat(violated(trial))
          .anyMatch(claim -> claim.contains("exactly one sparse and one dense record"))
          // The window also contains rejected events.
          .allMatch(
              claim -> claim.startsWith("Every accepted") || claim.startsWith("Every rejected"));
    }
  }

  @Test
  void shouldFindThatARecordIsForwardedBeforeItsSizeIsChecked() throws Exception {
    try (Trial trial = trial("forwarding", Guarantee.EXACTLY_ONCE_V2)) {
      try (KafkaStreams streams =
          streams(trial, "forwarding", Defect.FORWARDS_BEFORE_CHECKING_THE_SIZE)) {
        trial.load().send(EVENTS);
        trial.load().sendTooLarge();
        trial.load().stop();
        assertThat(trial.awaitCommitted()).isTrue();
        // Not failed; it may be in a rebalance.
        assertThat(streams.state().isRunningOrRebalancing()).isTrue();
      }

      assertThat(violated(trial))
          .hasSize(2)
          .anyMatch(claim -> claim.startsWith("Every record belongs to a sent event"))
          .anyMatch(claim -> claim.contains("no embedding of a rejected event"));
    }
  }

  private static FaultPlan plan(Guarantee guarantee, GroupProtocol protocol) {
    return new FaultPlan(SOAK, SEED, guarantee, protocol);
  }

  private Trial trial(String name, Guarantee guarantee) throws InterruptedException {
    return new Trial(environment, name, plan(guarantee, GroupProtocol.CLASSIC));
  }

  private Instance instance(Trial trial, String name, Class<?> application)
      throws InterruptedException {
    Instance instance = Instance.start(name, application, trial.settings(), directory);
    instance.awaitRunning(TIMEOUT);
    return instance;
  }

  /** Starts a stream with a defect in this process. */
  private KafkaStreams streams(Trial trial, String name, Defect defect) {
    Map<String, String> settings = new HashMap<>(trial.settings());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve(name).toString());
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    publishCard(config, trial.encoder().info().modelId());
    KafkaStreams streams = DefectiveProcessor.streams(config, Models.of(trial.encoder()), defect);
    streams.start();
    return streams;
  }

  /** Publishes a card of which only the key is valid: the checks read only the key. */
  private static void publishCard(PromptStreamConfig config, String modelId) {
    byte[] key = modelId.getBytes(UTF_8);
    try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
        Map.of("bootstrap.servers", config.clients().bootstrapServers()),
        new ByteArraySerializer(),
        new ByteArraySerializer())) {
      var unused = producer.send(new ProducerRecord<>(config.modelsTopic(), key, key));
    }
  }

  /** Returns the violated claims; call it after all instances have stopped. */
  private static List<String> violated(Trial trial) throws InterruptedException {
    assertThat(trial.readToTheEnd()).isEmpty();
    return trial.findings().stream()
        .filter(finding -> !finding.violations().isEmpty())
        .map(FaultReport.Finding::claim)
        .toList();
  }
}
