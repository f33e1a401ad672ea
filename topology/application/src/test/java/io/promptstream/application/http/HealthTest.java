package io.promptstream.application.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.http.Health.Answer;
import io.promptstream.application.http.StreamSnapshot.StreamThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.streams.KafkaStreams.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HealthTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private long nanos = 1_000;
  private final Health health = new Health(TIMEOUT, () -> nanos);

  @ParameterizedTest
  @EnumSource(names = {"CREATED", "REBALANCING", "RUNNING", "PENDING_SHUTDOWN"})
  void shouldBeLiveInAStateThatCanContinue(State state) {
    assertThat(health.live(snapshot(state)).ok()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"PENDING_ERROR", "ERROR", "NOT_RUNNING"})
  void shouldNotBeLiveInAStateThatItCannotLeave(State state) {
    assertThat(health.live(snapshot(state)))
        .isEqualTo(new Answer(false, "The stream is in state %s.".formatted(state)));
  }

  @Test
  void shouldNotBeLiveAfterAFailure() {
    StreamSnapshot failed = new StreamSnapshot(State.RUNNING, Optional.of("x.Y: no"), List.of());

    assertThat(health.live(failed)).isEqualTo(new Answer(false, "The stream has failed: x.Y: no"));
    assertThat(ready(failed, OptionalInt.empty()).ok()).isFalse();
  }

  @Test
  void shouldNotBeLiveIfAThreadIsDead() {
    StreamThread dead = new StreamThread("t", true, 0, 0, 0, 0, 1);

    assertThat(health.live(running(thread("s", 1, 0, 0), dead)).reason())
        .isEqualTo("Stream thread t is dead.");
  }

  @Test
  void shouldBeStuckIfItNeitherBeginsAnEventNorPolls() {
    assertThat(health.live(running(thread("t", 7, 100, 2))).ok()).isTrue();
    pass(TIMEOUT.minusMillis(1));
    assertThat(health.live(running(thread("t", 7, 100, 2))).ok()).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(health.live(running(thread("t", 7, 100, 2))))
        .isEqualTo(new Answer(
            false, "Stream thread t is stuck: it has begun no event for 60 s, and 2 wait for it."));
  }

  @Test
  void shouldBeStuckIfItPollsAndBeginsNoneOfTheEventsThatWait() {
    assertThat(health.live(running(thread("t", 7, 1, 2))).ok()).isTrue();
    pass(TIMEOUT);
    assertThat(health.live(running(thread("t", 7, 2, 2))).ok()).isFalse();
  }

  @Test
  void shouldNotBeStuckWhileTheBrokersDoNotAnswer() {
    assertThat(health.live(running(unreachable(1))).ok()).isTrue();
    pass(TIMEOUT.multipliedBy(10));
    assertThat(health.live(running(unreachable(2))).ok()).isTrue();
  }

  private static StreamThread unreachable(int polls) {
    return new StreamThread("t", false, 1, 7, polls, 2, TIMEOUT.toSeconds());
  }

  @Test
  void shouldNotBeStuckWhileItIsIdle() {
    assertThat(health.live(running(thread("t", 7, 1, 0))).ok()).isTrue();
    pass(TIMEOUT.multipliedBy(1_000));
    assertThat(health.live(running(thread("t", 7, 2, 0))).ok()).isTrue();
  }

  @Test
  void shouldNotCountTheIdleTimeBeforeAnEvent() {
    assertThat(health.live(running(thread("t", 7, 1, 0))).ok()).isTrue();
    pass(TIMEOUT.multipliedBy(2));
    assertThat(health.live(running(thread("t", 7, 2, 1))).ok()).isTrue();
    pass(TIMEOUT.minusMillis(1));
    assertThat(health.live(running(thread("t", 7, 3, 1))).ok()).isTrue();
    pass(Duration.ofMillis(1));
    assertThat(health.live(running(thread("t", 7, 4, 1))).ok()).isFalse();
  }

  @Test
  void shouldNotBeStuckWhileSlowWindowsFinish() {
    for (int window = 0; window < 5; window++) {
      assertThat(health.live(running(thread("t", window, 1, 1_000))).ok()).isTrue();
      pass(TIMEOUT.minusMillis(1));
    }
  }

  @Test
  void shouldBeLiveAgainWhenTheThreadContinues() {
    health.live(running(thread("t", 7, 1, 0)));
    pass(TIMEOUT);
    assertThat(health.live(running(thread("t", 7, 1, 0))).ok()).isFalse();
    assertThat(health.live(running(thread("t", 7, 2, 0))).ok()).isTrue();
  }

  @Test
  void shouldFindOneStuckThreadAmongThreadsThatWork() {
    health.live(running(thread("s", 1, 1, 0), thread("t", 7, 1, 0)));
    pass(TIMEOUT);
    assertThat(health.live(running(thread("s", 2, 1, 0), thread("t", 7, 1, 0))).reason())
        .startsWith("Stream thread t is stuck");
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "RUNNING")
  void shouldBeReadyOnlyWhenRunning(State state) {
    assertThat(ready(snapshot(state, thread("t", 1, 0, 0)), OptionalInt.of(9)))
        .isEqualTo(new Answer(false, "The stream is in state %s.".formatted(state)));
  }

  @Test
  void shouldBeReadyWithPartitions() {
    assertThat(ready(running(thread("t", 1, 0, 0)), OptionalInt.empty()))
        .isEqualTo(new Answer(true, "The stream has 1 partitions."));
  }

  @Test
  void shouldBeReadyWithoutPartitionsIfTheGroupHasMoreThreads() {
    StreamSnapshot spare = running(new StreamThread("t", false, 0, 0, 0, 0, 1));

    assertThat(ready(spare, OptionalInt.of(1)))
        .isEqualTo(new Answer(
            true,
            "The stream has 0 partitions; the group has 1 more stream threads than partitions."));
    assertThat(ready(spare, OptionalInt.of(0)).ok()).isFalse();
    assertThat(ready(spare, OptionalInt.empty()))
        .isEqualTo(new Answer(false, "The stream has 0 partitions."));
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  private static Answer ready(StreamSnapshot snapshot, OptionalInt spareThreads) {
    return Health.ready(snapshot, () -> spareThreads);
  }

  private static StreamThread thread(String name, double begun, double polls, double lag) {
    return new StreamThread(name, false, 1, begun, polls, lag, 1);
  }

  private static StreamSnapshot running(StreamThread... threads) {
    return snapshot(State.RUNNING, threads);
  }

  private static StreamSnapshot snapshot(State state, StreamThread... threads) {
    return new StreamSnapshot(state, Optional.empty(), List.of(threads));
  }
}
