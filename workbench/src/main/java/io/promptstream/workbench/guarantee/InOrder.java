package io.promptstream.workbench.guarantee;

import static java.util.Comparator.comparingLong;
import static java.util.stream.Collectors.groupingBy;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.Event.Sighting;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The embeddings of a key are in the order of its events.
 *
 * <p>At-least-once has no fencing: a suspended instance may still send results that others have
 * already repeated, so a repeat may be out of order. What holds is that the last record of an event
 * comes after the first record of every earlier event.
 */
final class InOrder implements Invariant {
  private final Ledger ledger;
  private final Guarantee guarantee;

  InOrder(Ledger ledger, Guarantee guarantee) {
    this.ledger = ledger;
    this.guarantee = guarantee;
  }

  @Override
  public String claim() {
    return switch (guarantee) {
      case EXACTLY_ONCE_V2 -> "The embeddings of a key are in the order of its events.";
      case AT_LEAST_ONCE ->
        "Of two events of a key, the first record of the earlier is before the last of the later.";
    };
  }

  @Override
  public List<String> violations() {
    Map<String, List<Event>> byKey = ledger.events().stream()
        .filter(event -> event.isAccepted() && event.sample().outcome() instanceof Encoded)
        .collect(groupingBy(Event::key));
    List<String> violations = new ArrayList<>();
    for (List<Event> events : byKey.values()) {
      List<Event> inOrder = events.stream().sorted(comparingLong(Event::offset)).toList();
      check(inOrder, Channel.SPARSE, violations);
      check(inOrder, Channel.DENSE, violations);
    }
    return violations;
  }

  /** With one record for each event, first and last are the same, and this is strict order. */
  private static void check(List<Event> inOrder, Channel channel, List<String> violations) {
    long latestFirst = -1;
    for (Event event : inOrder) {
      List<Sighting> seen = event.seenOn(channel);
      if (seen.isEmpty()) {
        continue;
      }
      long last = seen.stream().mapToLong(Sighting::offset).max().orElseThrow();
      if (last <= latestFirst) {
        violations.add("%s: its %s record at offset %d is before those of earlier events"
            .formatted(event, channel, last));
      }
      long first = seen.stream().mapToLong(Sighting::offset).min().orElseThrow();
      latestFirst = Math.max(latestFirst, first);
    }
  }
}
