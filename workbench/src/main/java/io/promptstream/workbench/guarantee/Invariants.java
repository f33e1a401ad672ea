package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.Guarantee;
import java.util.List;

/** All that PromptStream guarantees. */
public final class Invariants {
  private Invariants() {}

  /**
   * Returns the invariants, to be asked when everything is written down.
   *
   * @param modelId the one model that the application has
   */
  public static List<Invariant> of(
      Ledger ledger, Guarantee guarantee, ClusterState cluster, String modelId) {
    return List.of(
        new EncodedOnce(ledger, guarantee),
        new RecordsAreRight(ledger),
        new InOrder(ledger, guarantee),
        new RejectedOnce(ledger, guarantee),
        new NothingElse(ledger, cluster, modelId),
        new CommittedToTheEnd(cluster));
  }
}
