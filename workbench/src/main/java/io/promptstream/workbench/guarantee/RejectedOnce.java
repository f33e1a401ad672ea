package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.Event.Sighting;
import io.promptstream.workbench.guarantee.Sample.Rejected;
import java.util.ArrayList;
import java.util.List;

/** Every invalid event is on the error topic, with its offset in the headers. */
final class RejectedOnce implements Invariant {
  private final Ledger ledger;
  private final Guarantee guarantee;

  RejectedOnce(Ledger ledger, Guarantee guarantee) {
    this.ledger = ledger;
    this.guarantee = guarantee;
  }

  @Override
  public String claim() {
    return switch (guarantee) {
      case EXACTLY_ONCE_V2 -> "Every rejected event is on the error topic exactly once.";
      case AT_LEAST_ONCE -> "Every rejected event is on the error topic at least once.";
    };
  }

  @Override
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    for (Event event : ledger.events()) {
      if (event.isAccepted() && event.sample().outcome() instanceof Rejected) {
        Occurrences.check(event, Channel.ERRORS, guarantee).ifPresent(violations::add);
        for (Sighting sighting : event.seenOn(Channel.ERRORS)) {
          if (sighting.source() != event.offset()) {
            violations.add(
                "%s has an error record with source offset %d".formatted(event, sighting.source()));
          }
        }
      }
    }
    return violations;
  }
}
