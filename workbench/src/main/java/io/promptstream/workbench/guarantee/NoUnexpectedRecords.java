package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.guarantee.Sample.Encoded;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The topics contain nothing but the expected records, and there are no other topics. */
final class NoUnexpectedRecords implements Invariant {
  private final Ledger ledger;
  private final ClusterState cluster;
  private final String modelId;

  NoUnexpectedRecords(Ledger ledger, ClusterState cluster, String modelId) {
    this.ledger = ledger;
    this.cluster = cluster;
    this.modelId = modelId;
  }

  @Override
  public String claim() {
    return "There is nothing else: no embedding of a rejected event, no error of a valid event,"
        + " no other topic, no card of another model.";
  }

  @Override
  public List<String> violations() {
    List<String> violations = new ArrayList<>();
    for (Event event : ledger.events()) {
      if (event.sample().outcome() instanceof Encoded) {
        forbid(event, Channel.ERRORS, violations);
      } else {
        forbid(event, Channel.SPARSE, violations);
        forbid(event, Channel.DENSE, violations);
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
    return violations;
  }

  private static void forbid(Event event, Channel channel, List<String> violations) {
    int count = event.seenOn(channel).size();
    if (count > 0) {
      violations.add("%s has %d %s record(s)".formatted(event, count, channel));
    }
  }
}
