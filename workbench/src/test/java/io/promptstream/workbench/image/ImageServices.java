package io.promptstream.workbench.image;

import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Runs a broker and a registry for an image, and compares its committed offsets with the ends of
 * its inputs. Started by {@code docker/check}.
 */
public final class ImageServices {
  private ImageServices() {}

  /**
   * Prints both addresses in a line, waits for a line of input, and prints how many records are
   * committed; the exit code is 1 if not all are.
   *
   * @param arguments application id, number of partitions, and input topics
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    boolean all;
    try (Services services = Services.start()) {
      System.out.println(services.bootstrapServers() + " " + services.registryUrl());
      int input = System.in.read();
      all = input >= 0
          && allCommitted(
              services.cluster(),
              arguments[0],
              Integer.parseInt(arguments[1]),
              List.of(arguments).subList(2, arguments.length));
    }
    System.exit(all ? 0 : 1);
  }

  private static boolean allCommitted(
      Cluster cluster, String group, int partitions, List<String> topics)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = cluster.ends(Cluster.partitions(topics, partitions));
    Map<TopicPartition, Long> committed = cluster.committed(group);
    System.out.println(Cluster.sum(committed) + " of " + Cluster.sum(ends) + " records committed");
    return ends.entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L).equals(end.getValue()));
  }
}
