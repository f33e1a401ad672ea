package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.Guarantee;
import java.util.List;

/** The guarantees of PromptStream. */
public final class Invariants {
  private Invariants() {}

  /**
   * Returns the invariants; evaluate them when the ledger is complete.
   *
   * @param modelId id of the application's only model
   */
  public static List<Invariant> of(
      Ledger ledger, Guarantee guarantee, ClusterState cluster, String modelId) {
    return List.of(
        new EncodedOnce(ledger, guarantee),
        new RecordsMatchReference(ledger),
        new InOrder(ledger, guarantee),
        new RejectedOnce(ledger, guarantee),
        new NoUnexpectedRecords(ledger, cluster, modelId),
        new InputCommitted(cluster));
  }
}
