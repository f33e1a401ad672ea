package io.promptstream.workbench.bench;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.bench.Contestant.Encoding;
import io.promptstream.workbench.process.BrokerProcess;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.SettingsFile;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The broker, schema registry and directory that all contestants share; broker and registry run in
 * separate processes.
 */
final class BenchEnvironment implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final int BROKER_HEAP_MIB = 1024;

  private final Resources parts;
  private final Path directory;
  private final String bootstrapServers;
  private final String registryUrl;
  private final BenchCluster cluster;

  private BenchEnvironment(
      Resources parts,
      Path directory,
      String bootstrapServers,
      String registryUrl,
      BenchCluster cluster) {
    this.parts = parts;
    this.directory = directory;
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.cluster = cluster;
  }

  /**
   * Parameters of one application run.
   *
   * @param id its {@code application.id}, new for each run
   * @param contestant settings and encoder of this run
   * @param plan what all runs have in common
   * @param topics that it reads and writes
   * @param heapMib maximum heap of its process, in MiB
   */
  record Launch(String id, Contestant contestant, BenchPlan plan, TopicNames topics, int heapMib) {}

  /**
   * Starts broker and registry, which takes about 10 seconds.
   *
   * @throws CommandFailedException if one does not start; the other is stopped
   */
  static BenchEnvironment start() throws InterruptedException, IOException {
    Resources parts = new Resources();
    try {
      Path directory = Files.createTempDirectory("promptstream-bench-");
      parts.add(() -> Utils.delete(directory.toFile()));
      ChildJvm broker = BrokerProcess.start(BROKER_HEAP_MIB, directory);
      parts.add(broker);
      ApicurioRegistry registry = ApicurioRegistry.start(0);
      parts.add(registry);
      String bootstrapServers = broker.awaitLine(START_TIMEOUT);
      BenchCluster cluster = BenchCluster.connect(bootstrapServers);
      parts.add(cluster);
      return new BenchEnvironment(parts, directory, bootstrapServers, registry.url(), cluster);
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  BenchCluster cluster() {
    return cluster;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  String registryUrl() {
    return registryUrl;
  }

  /** Starts an application without waiting until it runs. */
  ChildJvm startApplication(Launch launch) throws IOException {
    Path file = SettingsFile.write(directory, launch.id(), settings(launch));
    Encoding encoding = launch.contestant().encoding();
    List<String> command =
        List.of(BenchApplication.class.getName(), file.toString(), encoding.name());
    return ChildJvm.start(new ChildJvm.Launch(launch.id(), command, launch.heapMib(), directory));
  }

  /** Waits until the application processes events. */
  static void awaitRunning(ChildJvm application) throws InterruptedException {
    application.awaitLine(START_TIMEOUT);
  }

  private Map<String, String> settings(Launch launch) {
    BenchPlan plan = launch.plan();
    TopicNames topics = launch.topics();
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put("schema.registry.url", registryUrl);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, launch.id());
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("state").toString());
    settings.put(
        StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(plan.stream().threads()));
    settings.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG, plan.stream().guarantee().toString());
    settings.put(PromptStreamConfig.INPUT_TOPIC, topics.input());
    settings.put(PromptStreamConfig.SPARSE_TOPIC, topics.sparse());
    settings.put(PromptStreamConfig.DENSE_TOPIC, topics.dense());
    settings.put(PromptStreamConfig.ERRORS_TOPIC, topics.errors());
    settings.put(PromptStreamConfig.MODELS_TOPIC, topics.models());
    settings.put(PromptStreamConfig.CHECKPOINT, Bench.CHECKPOINT);
    settings.put(PromptStreamConfig.DEVICE, Bench.DEVICE);
    settings.put(PromptStreamConfig.DENSE_FORMAT, plan.workload().denseFormat().name());
    settings.putAll(launch.contestant().settings());
    return settings;
  }

  /** Stops both and deletes the directory. */
  @Override
  public void close() {
    parts.close();
  }
}
