package io.promptstream.workbench.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.fuzz.ErrorCheck.Position;
import io.promptstream.workbench.fuzz.Kind.Intent;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Checks the invariant: every event has exactly one sparse and one dense record, equal to its
 * encoding alone, or exactly one error record, or for some actions no record, as the oracle says;
 * outputs are in the order of the events within a partition; and the topics contain nothing else.
 *
 * <p>The timestamp of an output, which is that of its event, identifies the event.
 */
final class OutputCheck {
  /** The output topics. */
  enum Output {
    SPARSE,
    DENSE,
    ERRORS
  }

  private static final String OFFSET = "promptstream.offset";

  private final FuzzEvents events;
  private final long[] offsets;
  private final long firstTimestamp;
  private final Oracle oracle;
  private final Reference reference;
  private final List<String> violations;
  private final Map<Kind, Tally> tallies = new HashMap<>();
  private final Map<Output, BitSet> seen = new EnumMap<>(Output.class);
  private final Map<String, Long> lastOffsets = new HashMap<>();
  private final SpecificDatumReader<SparseEmbedding> sparse =
      new SpecificDatumReader<>(SparseEmbedding.class);
  private final SpecificDatumReader<DenseEmbedding> dense =
      new SpecificDatumReader<>(DenseEmbedding.class);

  /**
   * Creates a check that has seen no records.
   *
   * @param offsets input offsets, by event number
   * @param firstTimestamp timestamp of event 0, in milliseconds
   */
  OutputCheck(
      FuzzEvents events,
      long[] offsets,
      long firstTimestamp,
      Oracle oracle,
      Reference reference,
      List<String> violations) {
    this.events = events;
    this.offsets = offsets;
    this.firstTimestamp = firstTimestamp;
    this.oracle = oracle;
    this.reference = reference;
    this.violations = violations;
    for (Output output : Output.values()) {
      seen.put(output, new BitSet());
    }
    for (Kind kind : events.plan().kinds()) {
      tallies.put(kind, new Tally());
    }
  }

  /** Checks one record. */
  void accept(Output output, ConsumerRecord<byte[], byte[]> record) {
    long number = record.timestamp() - firstTimestamp;
    if (number < 0 || number >= offsets.length) {
      violations.add("%s has a record without an event at %d-%d"
          .formatted(output, record.partition(), record.offset()));
      return;
    }
    FuzzEvent event = events.event((int) number);
    Verdict verdict = oracle.judge(event);
    if (!seen(event.number())) {
      tally(event).countSent();
      checkIntent(event, verdict);
    }
    if (seenBefore(output, event.number())) {
      violate(event, "is twice in " + output);
    }
    checkOrder(output, record, event);
    if (output == Output.ERRORS) {
      checkError(event, verdict, record);
    } else {
      checkEmbedding(output, event, verdict, record);
    }
  }

  private boolean seen(int number) {
    return seen.values().stream().anyMatch(numbers -> numbers.get(number));
  }

  private boolean seenBefore(Output output, int number) {
    BitSet numbers = seen(output);
    boolean before = numbers.get(number);
    numbers.set(number);
    return before;
  }

  private BitSet seen(Output output) {
    return seen.computeIfAbsent(output, unused -> new BitSet());
  }

  private void checkOrder(Output output, ConsumerRecord<?, ?> record, FuzzEvent event) {
    // Errors may go to any partition, but keep the order of their input partition.
    if (output != Output.ERRORS && record.partition() != event.partition()) {
      violate(event, "is in another partition of " + output);
    }
    String path = "%s %d %d".formatted(output, event.partition(), record.partition());
    long offset = offsets[event.number()];
    Long last = lastOffsets.put(path, offset);
    if (last != null && last > offset) {
      violate(event, "is out of order in " + output);
    }
  }

  private void checkError(FuzzEvent event, Verdict verdict, ConsumerRecord<byte[], byte[]> record) {
    tally(event).countRejected(ErrorCheck.code(record).orElse(ErrorCode.UNDECODABLE));
    if (verdict.mayBeRejected()) {
      Position position =
          new Position(events.plan().inputTopic(), event.partition(), offsets[event.number()]);
      ErrorCheck.wrong(event, position, verdict, record).ifPresent(wrong -> violate(event, wrong));
    } else {
      violate(event, "is rejected as %s, should be encoded".formatted(ErrorCheck.code(record)));
    }
  }

  private void checkEmbedding(
      Output output, FuzzEvent event, Verdict verdict, ConsumerRecord<byte[], byte[]> record) {
    if (output == Output.SPARSE) {
      tally(event).countEncoded();
    }
    if (!verdict.mayBeEncoded()) {
      violate(event, "is encoded, should be rejected as one of " + verdict.codes());
      return;
    }
    if (!Arrays.equals(record.key(), event.key())
        || !headers(event, record).equals(expectedHeaders(event))) {
      violate(event, "has another key or other headers in " + output);
    }
    try {
      difference(output, verdict.encoded(), record.value())
          .ifPresent(how -> violate(event, "%s: %s".formatted(output, how)));
    } catch (IOException | RuntimeException e) {
      violate(event, "%s cannot be read or compared: %s".formatted(output, e));
    }
  }

  /** Returns the headers of an embedding; those of an action have the offset of its prompt. */
  private static List<Header> headers(FuzzEvent event, ConsumerRecord<?, ?> record) {
    List<Header> headers = List.of(record.headers().toArray());
    return event.verdict() != null && headers.get(headers.size() - 1).key().equals(OFFSET)
        ? headers.subList(0, headers.size() - 1)
        : headers;
  }

  private List<Header> expectedHeaders(FuzzEvent event) {
    if (event.verdict() != null) {
      return event.headers();
    }
    byte[] offset = Long.toString(offsets[event.number()]).getBytes(UTF_8);
    return Stream.concat(event.headers().stream(), Stream.of(new RecordHeader(OFFSET, offset)))
        .toList();
  }

  private Optional<String> difference(Output output, Reading reading, byte[] value)
      throws IOException {
    return output == Output.SPARSE
        ? reference.differs(reading, read(sparse, value))
        : reference.differs(reading, read(dense, value));
  }

  private static <T extends SpecificRecordBase> T read(SpecificDatumReader<T> reader, byte[] value)
      throws IOException {
    int start = AvroBytes.HEADER_BYTES;
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(value, start, value.length - start, null);
    T datum = reader.read(null, in);
    if (value[0] != 0 || !in.isEnd()) {
      throw new IOException("not one datum in Confluent's format");
    }
    return datum;
  }

  /** Checks, after all records, that no event is lost or both encoded and rejected. */
  void finish() {
    for (int number = 0; number < offsets.length; number++) {
      boolean inSparse = seen(Output.SPARSE).get(number);
      boolean inDense = seen(Output.DENSE).get(number);
      boolean inErrors = seen(Output.ERRORS).get(number);
      if (inSparse != inDense) {
        violate(events.event(number), "has one embedding without the other");
      }
      if (inErrors && (inSparse || inDense)) {
        violate(events.event(number), "is both encoded and rejected");
      }
      if (!inErrors && !inSparse && !inDense) {
        FuzzEvent event = events.event(number);
        Verdict verdict = oracle.judge(event);
        tally(event).countSent();
        if (verdict.mayBeEncoded() || verdict.mayBeRejected()) {
          violate(event, "is lost");
        }
      }
    }
  }

  /** Checks the oracle, which may also be wrong. */
  private void checkIntent(FuzzEvent event, Verdict verdict) {
    Intent intent = event.kind().intent();
    if ((intent == Intent.GOOD && verdict.mayBeRejected())
        || (intent == Intent.BAD && verdict.mayBeEncoded())) {
      violate(event, "is %s, but judged %s".formatted(intent, verdict.codes()));
    }
  }

  private Tally tally(FuzzEvent event) {
    return tallies.computeIfAbsent(event.kind(), unused -> new Tally());
  }

  private void violate(FuzzEvent event, String how) {
    tally(event).countViolation();
    violations.add(
        "event %d (%s, %s) %s".formatted(event.number(), event.kind(), event.envelope(), how));
  }

  Map<Kind, Tally> tallies() {
    return tallies;
  }
}
