package io.promptstream.workbench.guarantee;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.Event.Sighting;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import io.promptstream.workbench.guarantee.Sample.Silent;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

final class InvariantsTest {
  private static final String MODEL = "model";
  private static final Set<String> TOPICS = Set.of("in", "out");

  /** Numbers of events with the same key, so that their order matters. */
  private static final List<Long> NEIGHBOURS = neighbours();

  private final Ledger ledger = new Ledger();
  private long inputOffset;

  private static List<Long> neighbours() {
    String key = Samples.imageId(0);
    return LongStream.iterate(0, n -> n + 1)
        .filter(n -> Samples.imageId(n).equals(key))
        .limit(3)
        .boxed()
        .toList();
  }

  @Test
  void shouldHoldIfEveryEventIsOutputOnceAndInOrder() {
    Event first = good(0);
    Event second = good(1);
    out(first, 10);
    out(second, 11);
    rejected(2, 1);

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).isEmpty();
    assertThat(violated(Guarantee.AT_LEAST_ONCE)).isEmpty();
  }

  @Test
  void shouldFindALostRecord() {
    Event event = good(0);
    event.seen(new Sighting(Channel.SPARSE, 0, 1, -1));

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).containsExactly("EncodedOnce");
    assertThat(violated(Guarantee.AT_LEAST_ONCE)).containsExactly("EncodedOnce");
  }

  @Test
  void shouldAllowARepeatOnlyAtLeastOnce() {
    Event event = good(0);
    out(event, 1);
    out(event, 2);

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).containsExactly("EncodedOnce");
    assertThat(violated(Guarantee.AT_LEAST_ONCE)).isEmpty();
  }

  @Test
  void shouldFindEventsOfAKeyOutOfOrder() {
    Event first = good(0);
    Event second = good(1);
    out(second, 1);
    out(first, 2);

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).containsExactly("InOrder");
    assertThat(violated(Guarantee.AT_LEAST_ONCE)).containsExactly("InOrder");
  }

  @Test
  void shouldAllowALateRepeatAtLeastOnce() {
    Event first = good(0);
    Event second = good(1);
    out(first, 1);
    out(second, 2);
    out(first, 3);

    assertThat(violated(Guarantee.AT_LEAST_ONCE)).isEmpty();
  }

  @Test
  void shouldFindALostRejection() {
    accepted(2, Sample.undecodable(null));

    assertThat(violated(Guarantee.AT_LEAST_ONCE)).containsExactly("RejectedOnce");
  }

  @Test
  void shouldFindARejectionWithAWrongOffset() {
    rejected(2, 99);

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).containsExactly("RejectedOnce");
  }

  @Test
  void shouldFindAnEmbeddingOfARejectedEvent() {
    rejected(2, 1).seen(new Sighting(Channel.SPARSE, 0, 1, -1));

    assertThat(violated(Guarantee.AT_LEAST_ONCE)).containsExactly("NoUnexpectedRecords");
  }

  @Test
  void shouldFindAWrongRecord() {
    ledger.wrong("out-0@7 belongs to no event that was sent");

    assertThat(violated(Guarantee.AT_LEAST_ONCE)).containsExactly("RecordsMatchReference");
  }

  @Test
  void shouldFindAnUnexpectedTopicOrCardAndAMissingCommit() {
    ClusterState state = new ClusterState(
        Set.of("in", "out", "other"),
        TOPICS,
        Map.of(new TopicPartition("in", 0), 0L, new TopicPartition("in", 1), 0L),
        Map.of(new TopicPartition("in", 0), 5L),
        Set.of(MODEL, "other model"));

    assertThat(new Invariants(ledger, Guarantee.AT_LEAST_ONCE)
            .check(state, MODEL).stream().flatMap(finding -> finding.violations().stream()))
        .containsExactlyInAnyOrder(
            "unexpected topic: other",
            "there are cards of %s, expected model only".formatted(state.cards()),
            "in-0 ends at 0, committed offset is 5");
  }

  @Test
  void shouldFindALostAndAWrongPromptOfASession() {
    folded(0);

    assertThat(violated(Guarantee.AT_LEAST_ONCE)).containsExactly("FoldedOnce");

    folded(1).seen(new Sighting(Channel.PROMPTS, 0, 1, -1));
    ledger.wrongPrompt("in-0@7 is of another revision");

    assertThat(new Invariants(ledger, Guarantee.AT_LEAST_ONCE).foldedOnce().violations())
        .hasSize(2);
  }

  @Test
  void shouldAllowARepeatedPromptOfASessionOnlyAtLeastOnce() {
    Event event = folded(0);
    event.seen(new Sighting(Channel.PROMPTS, 0, 1, -1));
    event.seen(new Sighting(Channel.PROMPTS, 0, 2, -1));

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).containsExactly("FoldedOnce");
    assertThat(violated(Guarantee.AT_LEAST_ONCE)).isEmpty();
  }

  @Test
  void shouldFindAPromptOfAnActionThatChangesNothing() {
    Event event =
        accepted(NEIGHBOURS.get(0), Sample.action(new PromptAction(), null, new Silent()));
    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).isEmpty();

    event.seen(new Sighting(Channel.PROMPTS, 0, 1, -1));

    assertThat(violated(Guarantee.EXACTLY_ONCE_V2)).containsExactly("NoUnexpectedRecords");
  }

  /** An action with both embeddings, but without its prompt. */
  private Event folded(int neighbour) {
    ByteBuffer none = ByteBuffer.allocate(0);
    Event event = accepted(
        NEIGHBOURS.get(neighbour),
        Sample.action(new PromptAction(), new PromptEvent(), new Encoded(none, none)));
    out(event, neighbour);
    return event;
  }

  private Event good(int neighbour) {
    ByteBuffer none = ByteBuffer.allocate(0);
    return accepted(
        NEIGHBOURS.get(neighbour),
        Sample.encoded(number -> new PromptEvent(), new Encoded(none, none)));
  }

  private Event rejected(int neighbour, long offset) {
    Event event = accepted(
        NEIGHBOURS.get(neighbour),
        Sample.rejected(number -> new PromptEvent(), ErrorCode.OUT_OF_IMAGE));
    long source = offset == 1 ? event.offset() : offset;
    event.seen(new Sighting(Channel.ERRORS, 0, 5, source));
    return event;
  }

  private Event accepted(long number, Sample sample) {
    Event event = new Event(number, sample, 0);
    ledger.sent(event);
    ledger.accepted(event, new TopicPartition("in", 0), inputOffset++);
    return event;
  }

  private static void out(Event event, long offset) {
    event.seen(new Sighting(Channel.SPARSE, 0, offset, -1));
    event.seen(new Sighting(Channel.DENSE, 0, offset, -1));
  }

  /** Returns the names of the violated invariants, with a correct cluster state. */
  private List<String> violated(Guarantee guarantee) {
    Map<TopicPartition, Long> offsets = Map.of(new TopicPartition("in", 0), inputOffset);
    ClusterState state = new ClusterState(TOPICS, TOPICS, offsets, offsets, Set.of(MODEL));
    Invariants invariants = new Invariants(ledger, guarantee);
    Map<String, Finding> findings = Map.of(
        "EncodedOnce", invariants.encodedOnce(),
        "FoldedOnce", invariants.foldedOnce(),
        "RecordsMatchReference", invariants.recordsMatchReference(),
        "InOrder", invariants.inOrder(),
        "RejectedOnce", invariants.rejectedOnce(),
        "NoUnexpectedRecords", invariants.noUnexpectedRecords(state, MODEL),
        "InputCommitted", Invariants.inputCommitted(state));
    assertThat(findings.values())
        .containsExactlyInAnyOrderElementsOf(invariants.check(state, MODEL));
    return findings.keySet().stream()
        .filter(name -> requireNonNull(findings.get(name)).isViolated())
        .toList();
  }
}
