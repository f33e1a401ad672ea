package io.promptstream.workbench.guarantee;

import java.util.ArrayList;
import java.util.List;

/** Each single record is what its event says. */
final class RecordsAreRight implements Invariant {
  private final Ledger ledger;

  RecordsAreRight(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public String claim() {
    return "Every record is of an event that was sent, equal to the reference result or to the"
        + " rejected event, with its key, timestamp and partition.";
  }

  @Override
  public List<String> violations() {
    return new ArrayList<>(ledger.wrong());
  }
}
