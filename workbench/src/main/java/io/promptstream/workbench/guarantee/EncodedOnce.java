package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import java.util.ArrayList;
import java.util.List;

/** Every valid event has both embeddings, as often as the guarantee allows. */
final class EncodedOnce implements Invariant {
  private final Ledger ledger;
  private final Guarantee guarantee;

  EncodedOnce(Ledger ledger, Guarantee guarantee) {
    this.ledger = ledger;
    this.guarantee = guarantee;
  }

  @Override
  public String claim() {
    return switch (guarantee) {
      case EXACTLY_ONCE_V2 ->
        "Every accepted event that can be encoded has exactly one sparse and one dense record.";
      case AT_LEAST_ONCE ->
        "Every accepted event that can be encoded has at least one sparse and one dense record.";
    };
  }

  @Override
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    for (Event event : ledger.events()) {
      if (event.isAccepted() && event.sample().outcome() instanceof Encoded) {
        for (Channel channel : List.of(Channel.SPARSE, Channel.DENSE)) {
          Occurrences.check(event, channel, guarantee).ifPresent(violations::add);
        }
      }
    }
    return violations;
  }
}
