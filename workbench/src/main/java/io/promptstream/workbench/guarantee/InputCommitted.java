package io.promptstream.workbench.guarantee;

import java.util.ArrayList;
import java.util.List;

/** The application's committed offsets are the end offsets of the input. */
final class InputCommitted implements Invariant {
  private final ClusterState cluster;

  InputCommitted(ClusterState cluster) {
    this.cluster = cluster;
  }

  @Override
  public String claim() {
    return "The committed offsets are the end offsets of the input.";
  }

  @Override
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    cluster.inputEnds().forEach((partition, end) -> {
      Long offset = cluster.committed().getOrDefault(partition, 0L);
      if (!offset.equals(end)) {
        violations.add("%s ends at %d, committed offset is %d".formatted(partition, end, offset));
      }
    });
    return violations;
  }
}
