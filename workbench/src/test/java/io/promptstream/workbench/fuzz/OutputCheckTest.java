package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.fuzz.OutputCheck.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests that records of a broken application are detected. */
final class OutputCheckTest {
  private static final FuzzPlan PLAN = new FuzzPlan(1_000, 42, Guarantee.AT_LEAST_ONCE);
  private static final long FIRST_TIMESTAMP = 1_000_000;

  private final MockIds registry;
  private final FuzzEvents events;
  private final Oracle oracle;
  private final PromptEncoder encoder = SamPromptEncoder.load(
      new EncoderOptions("seed:42", "cpu", DataType.FLOAT32, DenseFormat.FACTORED, 1_000));
  private final List<String> violations = new ArrayList<>();
  private final OutputCheck check;
  private final FuzzEvent bad;

  OutputCheckTest() throws Exception {
    TrustedRecords.add();
    registry = new MockIds();
    events = new FuzzEvents(PLAN, registry.ids());
    oracle = new Oracle(registry.ids(), FuzzRun.MAX_REQUEST_SIZE);
    long[] offsets = LongStream.range(0, PLAN.allEvents()).toArray();
    check = new OutputCheck(
        events, offsets, FIRST_TIMESTAMP, oracle, new Reference(encoder), violations);
    bad = first(FuzzKind.WRONG_MAGIC, Envelope.PLAIN);
  }

  private FuzzEvent first(FuzzKind kind, Envelope envelope) {
    return IntStream.range(PLAN.goodAlone(), PLAN.allEvents())
        .mapToObj(events::event)
        .filter(event -> event.kind() == kind && event.envelope() == envelope)
        .findFirst()
        .orElseThrow();
  }

  @AfterEach
  void close() {
    encoder.close();
    registry.close();
  }

  @Test
  void shouldPassACompleteErrorRecord() {
    check.accept(Output.ERRORS, error(bad, "UNDECODABLE", bad.value()));

    assertThat(violations).isEmpty();
    assertThat(tally().rejected()).hasSize(1);
  }

  @Test
  void shouldFindAnotherCode() {
    check.accept(Output.ERRORS, error(bad, "MASK_SIZE", bad.value()));

    assertThat(violations).singleElement().asString().contains("is rejected as MASK_SIZE");
  }

  @Test
  void shouldFindAnotherValue() {
    check.accept(Output.ERRORS, error(bad, "UNDECODABLE", null));

    assertThat(violations).singleElement().asString().contains("another value");
  }

  @Test
  void shouldRequireThatTooManyHeadersAreLeftOut() {
    FuzzEvent event = first(FuzzKind.TOO_MANY_HEADERS, Envelope.TOO_MANY_HEADERS);
    ConsumerRecord<byte[], byte[]> error = error(event, "TOO_MANY_HEADERS", event.value());
    RecordHeaders without = new RecordHeaders();
    Stream.of(error.headers().toArray())
        .filter(header -> !header.key().startsWith(EventRandom.MARKER))
        .forEach(without::add);
    without.add(ErrorHeaders.OMITTED, "headers (1001)".getBytes(UTF_8));

    check.accept(Output.ERRORS, record(event, event.value(), without));
    assertThat(violations).isEmpty();

    check.accept(Output.ERRORS, error);
    assertThat(violations).anyMatch(violation -> violation.contains("leave out"));
  }

  @Test
  void shouldFindADuplicate() {
    check.accept(Output.ERRORS, error(bad, "UNDECODABLE", bad.value()));
    check.accept(Output.ERRORS, error(bad, "UNDECODABLE", bad.value()));

    assertThat(violations).singleElement().asString().contains("is twice in ERRORS");
  }

  @Test
  void shouldFindAnOutputOfAnActionThatIsSentTwice() {
    FuzzPlan plan = new FuzzPlan(500, 42, Guarantee.AT_LEAST_ONCE, true);
    FuzzEvents actions = new FuzzEvents(plan, registry.ids());
    long[] offsets = new long[plan.allEvents()];
    OutputCheck check = new OutputCheck(
        actions, offsets, FIRST_TIMESTAMP, oracle, new Reference(encoder), violations);
    check.finish();
    assertThat(violations)
        .anyMatch(violation -> violation.contains("(ADD_POINT, "))
        .noneMatch(violation -> violation.contains("(DUPLICATE, "));

    check.accept(
        Output.ERRORS,
        IntStream.range(0, plan.allEvents())
            .mapToObj(actions::event)
            .filter(event -> event.kind() == ActionKind.DUPLICATE)
            .map(event -> error(event, "UNKNOWN_OBJECT", event.value()))
            .findFirst()
            .orElseThrow());
    assertThat(violations).anyMatch(violation -> violation.contains("(DUPLICATE, "));
  }

  @Test
  void shouldFindAnEventThatIsEncodedAndRejected() {
    check.accept(Output.ERRORS, error(bad, "UNDECODABLE", bad.value()));
    check.accept(Output.SPARSE, record(bad, new byte[0], new RecordHeaders()));
    check.accept(Output.DENSE, record(bad, new byte[0], new RecordHeaders()));
    assertThat(violations)
        .hasSize(2)
        .allMatch(violation -> violation.endsWith("should be rejected as one of [UNDECODABLE]"));

    check.finish();

    // All others of the kind are lost, and this one is both encoded and rejected.
    Tally tally = tally();
    assertThat(tally.violations()).isEqualTo(2 + tally.sent());
  }

  @Test
  void shouldFindEveryEventThatIsLost() {
    check.finish();

    assertThat(violations).hasSize(PLAN.allEvents());
    assertThat(violations).allMatch(violation -> violation.endsWith("is lost"));
  }

  @Test
  void shouldFindAGoodEventThatIsRejected() {
    FuzzEvent good = events.event(0);
    check.accept(Output.ERRORS, error(good, "OUT_OF_IMAGE", good.value()));

    assertThat(violations).singleElement().asString().contains("should be encoded");
  }

  @Test
  void shouldFindAnEventOutOfOrder() {
    FuzzEvent later = IntStream.range(bad.number() + 1, PLAN.allEvents())
        .mapToObj(events::event)
        .filter(event -> event.partition() == bad.partition())
        .filter(event -> event.kind() == FuzzKind.WRONG_MAGIC)
        .findFirst()
        .orElseThrow();
    check.accept(Output.ERRORS, error(later, "UNDECODABLE", later.value()));
    check.accept(Output.ERRORS, error(bad, "UNDECODABLE", bad.value()));

    assertThat(violations).singleElement().asString().contains("is out of order");
  }

  @Test
  void shouldFindARecordWithoutAnEvent() {
    ConsumerRecord<byte[], byte[]> stray = new ConsumerRecord<>(
        "sparse-embeddings",
        0,
        7,
        FIRST_TIMESTAMP - 1,
        TimestampType.CREATE_TIME,
        0,
        0,
        null,
        null,
        new RecordHeaders(),
        Optional.empty());
    check.accept(Output.SPARSE, stray);

    assertThat(violations).containsExactly("SPARSE has a record without an event at 0-7");
  }

  private Tally tally() {
    return requireNonNull(check.tallies().get(FuzzKind.WRONG_MAGIC));
  }

  private static ConsumerRecord<byte[], byte[]> error(
      FuzzEvent event, String code, byte @Nullable [] value) {
    RecordHeaders headers = new RecordHeaders(event.headers());
    headers.add(ErrorHeaders.CODE, code.getBytes(UTF_8));
    headers.add(ErrorHeaders.MESSAGE, "why".getBytes(UTF_8));
    headers.add(ErrorHeaders.TOPIC, PLAN.inputTopic().getBytes(UTF_8));
    headers.add(ErrorHeaders.PARTITION, Integer.toString(event.partition()).getBytes(UTF_8));
    headers.add(ErrorHeaders.OFFSET, Integer.toString(event.number()).getBytes(UTF_8));
    return record(event, value, headers);
  }

  private static ConsumerRecord<byte[], byte[]> record(
      FuzzEvent event, byte @Nullable [] value, RecordHeaders headers) {
    return new ConsumerRecord<>(
        "topic",
        event.partition(),
        event.number(),
        FIRST_TIMESTAMP + event.number(),
        TimestampType.CREATE_TIME,
        0,
        0,
        event.key(),
        value,
        headers,
        Optional.empty());
  }
}
