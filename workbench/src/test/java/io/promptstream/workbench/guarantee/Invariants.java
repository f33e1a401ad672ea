package io.promptstream.workbench.guarantee;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.Event.Sighting;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import io.promptstream.workbench.guarantee.Sample.Rejected;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The guarantees of PromptStream; evaluate them when the ledger is complete. */
public final class Invariants {
  private final Ledger ledger;
  private final boolean exactlyOnce;

  /** Prepares the check of a ledger. */
  public Invariants(Ledger ledger, Guarantee guarantee) {
    this.ledger = ledger;
    exactlyOnce = guarantee == Guarantee.EXACTLY_ONCE_V2;
  }

  /**
   * Returns each guarantee with its violations.
   *
   * @param modelId id of the application's only model
   */
  public List<Finding> check(ClusterState cluster, String modelId) {
    return List.of(
        encodedOnce(),
        foldedOnce(),
        recordsMatchReference(),
        inOrder(),
        rejectedOnce(),
        noUnexpectedRecords(cluster, modelId),
        inputCommitted(cluster));
  }

  /** Every valid event has both embeddings, as often as the guarantee allows. */
  Finding encodedOnce() {
    List<String> violations = new ArrayList<>();
    for (Event event : ledger.events()) {
      if (event.isAccepted() && isEncoded(event)) {
        occurrences(event, Channel.SPARSE).ifPresent(violations::add);
        occurrences(event, Channel.DENSE).ifPresent(violations::add);
      }
    }
    return new Finding(
        "Every accepted event that can be encoded has %s one sparse and one dense record."
            .formatted(often()),
        violations);
  }

  /** The prompts of a session are those of an independent fold, without gaps. */
  Finding foldedOnce() {
    List<String> violations = new ArrayList<>(ledger.wrongPrompts());
    for (Event event : ledger.events()) {
      if (event.isAccepted() && event.sample().isFolded()) {
        occurrences(event, Channel.PROMPTS).ifPresent(violations::add);
      }
    }
    return new Finding(
        "A session's prompt is the fold of its accepted actions, and is written %s once."
            .formatted(often()),
        violations);
  }

  /** Every output record has the expected content. */
  Finding recordsMatchReference() {
    return new Finding(
        "Every record belongs to a sent event, equals the reference result or the"
            + " rejected event, with its key, timestamp and partition.",
        List.copyOf(ledger.wrong()));
  }

  /**
   * The embeddings of a key are in the order of its events.
   *
   * <p>At-least-once has no fencing: a suspended instance may still send results that others have
   * already repeated, so a repeat may be out of order. What holds is that the last record of an
   * event comes after the first record of every earlier event.
   */
  Finding inOrder() {
    List<String> violations = new ArrayList<>();
    ledger.events().stream()
        .filter(event -> event.isAccepted() && isEncoded(event))
        .sorted(comparingLong(Event::offset))
        .collect(groupingBy(Event::key))
        .values()
        .forEach(events -> {
          inOrder(events, Channel.PROMPTS, violations);
          inOrder(events, Channel.SPARSE, violations);
          inOrder(events, Channel.DENSE, violations);
        });
    return new Finding(
        exactlyOnce
            ? "The prompts of sessions and the embeddings of a key are in the order of its events."
            : "Of two events of a key, the first record of the earlier is before the last of the"
                + " later.",
        violations);
  }

  /** With one record for each event, first and last are the same, and this is strict order. */
  private static void inOrder(List<Event> inOrder, Channel channel, List<String> violations) {
    long latestFirst = -1;
    for (Event event : inOrder) {
      List<Long> offsets =
          event.seenOn(channel).stream().map(Sighting::offset).sorted().toList();
      if (offsets.isEmpty()) {
        continue;
      }
      long last = offsets.get(offsets.size() - 1);
      if (last <= latestFirst) {
        violations.add("%s: its %s record at offset %d is before those of earlier events"
            .formatted(event, channel, last));
      }
      latestFirst = Math.max(latestFirst, offsets.get(0));
    }
  }

  /** Every invalid event is on the error topic, with its offset in the headers. */
  Finding rejectedOnce() {
    List<String> violations = new ArrayList<>();
    for (Event event : ledger.events()) {
      if (event.isAccepted() && event.sample().outcome() instanceof Rejected) {
        occurrences(event, Channel.ERRORS).ifPresent(violations::add);
        for (Sighting sighting : event.seenOn(Channel.ERRORS)) {
          if (sighting.source() != event.offset()) {
            violations.add(
                "%s has an error record with source offset %d".formatted(event, sighting.source()));
          }
        }
      }
    }
    return new Finding(
        "Every rejected event is on the error topic %s once.".formatted(often()), violations);
  }

  /** The topics contain nothing but the expected records, and there are no other topics. */
  Finding noUnexpectedRecords(ClusterState cluster, String modelId) {
    List<String> violations = new ArrayList<>();
    for (Event event : ledger.events()) {
      for (Channel channel : Channel.values()) {
        int count = event.seenOn(channel).size();
        if (count > 0 && !isExpected(event, channel)) {
          violations.add("%s has %d %s record(s)".formatted(event, count, channel));
        }
      }
    }
    Set<String> others = new TreeSet<>(cluster.topics());
    others.removeAll(cluster.expectedTopics());
    others.forEach(topic -> violations.add("unexpected topic: " + topic));
    if (cluster.inputRecords() != ledger.acceptedCount()) {
      violations.add("the input has %d records, %d were accepted"
          .formatted(cluster.inputRecords(), ledger.acceptedCount()));
    }
    if (!cluster.cards().equals(Set.of(modelId))) {
      violations.add("there are cards of %s, expected %s only".formatted(cluster.cards(), modelId));
    }
    return new Finding(
        "There is nothing else: no embedding of a rejected event, no error of a valid event,"
            + " no other topic, no card of another model.",
        violations);
  }

  private static boolean isExpected(Event event, Channel channel) {
    return switch (channel) {
      case PROMPTS -> event.sample().isFolded();
      case SPARSE, DENSE -> isEncoded(event);
      case ERRORS -> event.sample().outcome() instanceof Rejected;
    };
  }

  /** The application's committed offsets are the end offsets of the input. */
  static Finding inputCommitted(ClusterState cluster) {
    List<String> violations = new ArrayList<>();
    cluster.inputEnds().forEach((partition, end) -> {
      long offset = cluster.committed().getOrDefault(partition, 0L);
      if (offset != end) {
        violations.add("%s ends at %d, committed offset is %d".formatted(partition, end, offset));
      }
    });
    return new Finding("The committed offsets are the end offsets of the input.", violations);
  }

  private static boolean isEncoded(Event event) {
    return event.sample().outcome() instanceof Encoded;
  }

  private String often() {
    return exactlyOnce ? "exactly" : "at least";
  }

  /** Returns the violation if an event has no record, or too many, on a required topic. */
  private Optional<String> occurrences(Event event, Channel channel) {
    int count = event.seenOn(channel).size();
    if (count == 0) {
      return Optional.of("%s has no %s record".formatted(event, channel));
    }
    return count > 1 && exactlyOnce
        ? Optional.of("%s has %d %s records".formatted(event, count, channel))
        : Optional.empty();
  }
}
