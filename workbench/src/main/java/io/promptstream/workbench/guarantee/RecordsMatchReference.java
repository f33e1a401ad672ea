package io.promptstream.workbench.guarantee;

import java.util.ArrayList;
import java.util.List;

/** Every output record has the expected content. */
final class RecordsMatchReference implements Invariant {
  private final Ledger ledger;

  RecordsMatchReference(Ledger ledger) {
    this.ledger = ledger;
  }

  @Override
  public String claim() {
    return "Every record belongs to a sent event, equals the reference result or the"
        + " rejected event, with its key, timestamp and partition.";
  }

  @Override
  public List<String> violations() {
    return new ArrayList<>(ledger.wrong());
  }
}
