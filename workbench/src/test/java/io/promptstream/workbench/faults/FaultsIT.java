package io.promptstream.workbench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.topology.DefectiveProcessor;
import io.promptstream.topology.DefectiveProcessor.Defect;
import io.promptstream.topology.ForgetfulSessions;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.guarantee.Finding;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.services.RecordSender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.KafkaStreams;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests the guarantees under faults, and that the checks detect violations. The soak's duration,
 * seed, guarantee and protocol are system properties, see docs/guarantees.md.
 */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class FaultsIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final double MINUTES = Scenario.number("faults.minutes", 0.5);
  private static final long SEED = (long) Scenario.number("faults.seed", 5);

  /** Enough events for every partition. */
  private static final int EVENTS = 200;

  /** Enough actions for every session to be in the middle of its script. */
  private static final int ACTIONS = 2_000;

  private Environment environment;

  @BeforeAll
  void start(SharedServices services) throws Exception {
    environment = Environment.start(services.registryUrl());
  }

  @AfterAll
  void stop() {
    environment.close();
  }

  @Test
  void shouldKeepExactlyOnceWhenAnInstanceIsKilledInATransactionAndTheBrokerIsKilled()
      throws Exception {
    FaultReport report = run(Guarantee.EXACTLY_ONCE_V2, GroupProtocol.STREAMS)
        .run("exactly-once", 2, List.of(Fault.KILL_AT_WORK, Fault.BROKER_KILLED));

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().killsInTransaction()).isEqualTo(1);
  }

  @Test
  void shouldKeepAtLeastOnceWhenAnInstanceIsKilledAtWorkAndTheBrokerIsRestarted() throws Exception {
    FaultReport report = run(Guarantee.AT_LEAST_ONCE, GroupProtocol.CLASSIC)
        .run("at-least-once", 2, List.of(Fault.KILL_AT_WORK, Fault.BROKER_RESTARTED));

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().kills()).isEqualTo(1);
  }

  /** With exactly-once, Kafka Streams deletes the state of a killed instance when it restarts. */
  @Test
  void shouldKeepSessionsExactlyOnceWhenAnInstanceIsKilledInATransaction() throws Exception {
    FaultReport report = run(sessions(Guarantee.EXACTLY_ONCE_V2, GroupProtocol.STREAMS))
        .run("sessions-once", 2, List.of(Fault.KILL_AT_WORK));

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().killsInTransaction()).isEqualTo(1);
  }

  /** The default tests have the same faults without a load, in {@code SessionsIT}. */
  @Tag("soak")
  @Test
  void shouldKeepSessionsAtLeastOnceWhenAnInstanceLosesItsStateAndIsKilled() throws Exception {
    FaultReport report = run(sessions(Guarantee.AT_LEAST_ONCE, GroupProtocol.CLASSIC))
        .run("sessions-at-least-once", 2, List.of(Fault.STATE_DIRECTORY_GONE));

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().kills()).isEqualTo(1);
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("soaks")
  void shouldKeepItsGuaranteeUnderFaults(Guarantee guarantee, GroupProtocol protocol)
      throws Exception {
    soak("faults", plan(guarantee, protocol));
  }

  @Tag("soak")
  @ParameterizedTest
  @MethodSource("soaks")
  void shouldKeepSessionsUnderFaults(Guarantee guarantee, GroupProtocol protocol) throws Exception {
    soak("sessions", sessions(guarantee, protocol));
  }

  private void soak(String kind, FaultPlan plan) throws Exception {
    String name = "%s-%s-%s".formatted(kind, plan.guarantee(), plan.protocol());
    Scenario scenario = new Scenario(name);
    scenario.say("%s: %.1f minutes, seed %d%n", name, MINUTES, SEED);
    FaultReport report =
        new FaultsRun(plan, environment, line -> scenario.say("%s%n", line)).run(name);
    scenario.say("%s", report.table());

    assertThat(report.violations()).as(report.table()).isZero();
    assertThat(report.counts().kills()).isPositive();
  }

  /** By default two of the four combinations; the properties choose one. */
  static Stream<Arguments> soaks() {
    Arguments chosen = arguments(
        Scenario.constant("faults.guarantee", Guarantee.EXACTLY_ONCE_V2),
        Scenario.constant("faults.protocol", GroupProtocol.STREAMS));
    return System.getProperties().stringPropertyNames().stream()
            .anyMatch(Set.of("faults.guarantee", "faults.protocol")::contains)
        ? Stream.of(chosen)
        : Stream.of(chosen, arguments(Guarantee.AT_LEAST_ONCE, GroupProtocol.CLASSIC));
  }

  @Test
  void shouldFindThatRecordsAreBufferedAcrossACommit() throws Exception {
    try (Trial trial = trial("buffering", Guarantee.AT_LEAST_ONCE)) {
      try (ChildJvm defective = trial.start(1, BufferingApplication.class)) {
        defective.awaitLine(TIMEOUT);
        send(trial);
        // Events without output are now in the buffer, and their offsets are committed.
        defective.kill();
      }
      PromptStreamConfig config = PromptStreamConfig.of(trial.settings(2));
      try (PromptStreamApplication sound =
          PromptStreamApplication.start(config, Models.of(trial.encoder()))) {
        assertThat(sound.failure()).isEmpty();
        send(trial);
      }

      assertThat(violated(trial))
          .singleElement(STRING)
          .contains("at least one sparse and one dense record");
    }
  }

  @Test
  void shouldFindThatAWindowIsDroppedOnARebalance() throws Exception {
    try (Trial trial = trial("dropping", Guarantee.EXACTLY_ONCE_V2);
        KafkaStreams first = streams(trial, 1, Defect.DROPS_A_WINDOW_ON_A_REBALANCE)) {
      send(trial);
      try (KafkaStreams second = streams(trial, 2, Defect.DROPS_A_WINDOW_ON_A_REBALANCE)) {
        await()
            .atMost(TIMEOUT)
            .until(() -> second.metadataForLocalThreads().stream()
                .anyMatch(thread -> !thread.activeTasks().isEmpty()));
        send(trial);
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
      try (KafkaStreams streams = streams(trial, 1, Defect.FORWARDS_BEFORE_CHECKING_THE_SIZE)) {
        trial.load().sendTooLarge();
        send(trial);
        // Not failed; it may be in a rebalance.
        assertThat(streams.state().isRunningOrRebalancing()).isTrue();
      }

      assertThat(violated(trial))
          .hasSize(2)
          .anyMatch(claim -> claim.startsWith("Every record belongs to a sent event"))
          .anyMatch(claim -> claim.contains("no embedding of a rejected event"));
    }
  }

  @Test
  void shouldFindThatTheStatesOfSessionsAreKeptByOneInstanceOnly() throws Exception {
    try (Trial trial = new Trial(
        environment, "forgetful", sessions(Guarantee.EXACTLY_ONCE_V2, GroupProtocol.CLASSIC))) {
      PromptStreamConfig config = PromptStreamConfig.of(trial.settings(1));
      publishCard(config, trial.encoder().info().modelId());
      try (KafkaStreams forgetful = ForgetfulSessions.streams(config, Models.of(trial.encoder()))) {
        forgetful.start();
        send(trial, ACTIONS);
      }
      PromptStreamConfig second = PromptStreamConfig.of(trial.settings(2));
      try (PromptStreamApplication sound =
          PromptStreamApplication.start(second, Models.of(trial.encoder()))) {
        assertThat(sound.failure()).isEmpty();
        send(trial, ACTIONS);
      }

      assertThat(violated(trial))
          .anyMatch(claim -> claim.startsWith("A session's prompt is the fold"));
    }
  }

  private FaultsRun run(Guarantee guarantee, GroupProtocol protocol) {
    return run(plan(guarantee, protocol));
  }

  private FaultsRun run(FaultPlan plan) {
    return new FaultsRun(plan, environment, line -> {});
  }

  private static FaultPlan plan(Guarantee guarantee, GroupProtocol protocol) {
    return plan(guarantee, protocol, false);
  }

  private static FaultPlan sessions(Guarantee guarantee, GroupProtocol protocol) {
    return plan(guarantee, protocol, true);
  }

  private static FaultPlan plan(Guarantee guarantee, GroupProtocol protocol, boolean sessions) {
    return new FaultPlan(
        Duration.ofSeconds(Math.round(60 * MINUTES)), SEED, guarantee, protocol, false, sessions);
  }

  private Trial trial(String name, Guarantee guarantee) throws InterruptedException {
    return new Trial(environment, name, plan(guarantee, GroupProtocol.CLASSIC));
  }

  private static void send(Trial trial) throws InterruptedException {
    send(trial, EVENTS);
  }

  /** Sends events and waits until they are committed. */
  private static void send(Trial trial, int events) throws InterruptedException {
    trial.load().send(events);
    trial.load().stop();
    assertThat(trial.awaitCommitted()).isTrue();
  }

  /** Starts a stream with a defect in this process. */
  private static KafkaStreams streams(Trial trial, int instance, Defect defect) {
    PromptStreamConfig config = PromptStreamConfig.of(trial.settings(instance));
    publishCard(config, trial.encoder().info().modelId());
    KafkaStreams streams = DefectiveProcessor.streams(config, Models.of(trial.encoder()), defect);
    streams.start();
    return streams;
  }

  /** Publishes a card of which only the key is valid: the checks read only the key. */
  private static void publishCard(PromptStreamConfig config, String modelId) {
    byte[] key = modelId.getBytes(UTF_8);
    try (RecordSender sender =
        new RecordSender(Map.of("bootstrap.servers", config.clients().bootstrapServers()))) {
      var unused = sender.send(new ProducerRecord<>(config.modelsTopic(), key, key));
    }
  }

  /** Returns the violated claims; call it after all instances have stopped. */
  private static List<String> violated(Trial trial) throws InterruptedException {
    assertThat(trial.readToTheEnd()).isEmpty();
    return trial.findings().stream()
        .filter(Finding::isViolated)
        .map(Finding::claim)
        .toList();
  }
}
