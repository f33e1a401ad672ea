package io.promptstream.workbench.guarantee;

import java.util.ArrayList;
import java.util.List;

/** When everything has come out, everything is committed. */
final class CommittedToTheEnd implements Invariant {
  private final ClusterState cluster;

  CommittedToTheEnd(ClusterState cluster) {
    this.cluster = cluster;
  }

  @Override
  public String claim() {
    return "The offsets of the input are committed to its end.";
  }

  @Override
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    cluster.inputEnds().forEach((partition, end) -> {
      Long offset = cluster.committed().getOrDefault(partition, 0L);
      if (!offset.equals(end)) {
        violations.add("%s ends at %d and is committed to %d".formatted(partition, end, offset));
      }
    });
    return violations;
  }
}
