package io.promptstream.workbench.services;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * A broker and a schema registry in separate processes, an admin client, and a directory for the
 * files of all processes.
 */
public final class Services implements AutoCloseable {
  /** How long a process may take to start on a busy machine. */
  public static final Duration START_TIMEOUT = Duration.ofMinutes(5);

  /** The weights that all applications load. */
  public static final String CHECKPOINT = "seed:42";

  /** The device of all applications. */
  public static final String DEVICE = "cpu";

  private static final int HEAP_MIB = 1024;

  private final Resources parts = new Resources();
  private final Path directory;
  private final EmbeddedKafka.Options options;
  private final @Nullable ChildJvm broker;
  private final String bootstrapServers;
  private final String registryUrl;
  private final Cluster cluster;

  private Services(
      @Nullable String runningBroker,
      @Nullable String runningRegistry,
      Map<String, String> settings)
      throws IOException, InterruptedException {
    directory = Files.createTempDirectory("promptstream-workbench-");
    parts.add(() -> Utils.delete(directory.toFile()));
    Map<String, String> all = new HashMap<>();
    // With Kafka's default of 9 s, a broker on a busy machine can lose its partitions.
    all.put("broker.session.timeout.ms", "60000");
    // With Kafka's default of 60 s, the data of deleted topics fills the disk.
    all.put("log.segment.delete.delay.ms", "1000");
    all.putAll(settings);
    options = EmbeddedKafka.Options.DEFAULT
        .withDirectory(directory.resolve("broker-data"))
        .withSettings(all);
    try {
      broker = runningBroker == null ? parts.add(startBroker()) : null;
      registryUrl =
          runningRegistry == null ? parts.add(ApicurioRegistry.start()).url() : runningRegistry;
      bootstrapServers = runningBroker == null ? broker().awaitLine(START_TIMEOUT) : runningBroker;
      cluster = parts.add(new Cluster(bootstrapServers));
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private ChildJvm startBroker() {
    return ChildJvm.start(
        new ChildJvm.Launch("broker", EmbeddedKafka.command(options), HEAP_MIB, directory));
  }

  /**
   * Starts broker and registry, which takes about 10 seconds.
   *
   * @throws io.promptstream.application.cli.CommandFailedException if the broker does not start
   */
  public static Services start() throws IOException, InterruptedException {
    return new Services(null, null, Map.of());
  }

  /**
   * Starts a broker beside a registry that keeps running.
   *
   * @param settings of the broker
   */
  public static Services startBroker(String registryUrl, Map<String, String> settings)
      throws IOException, InterruptedException {
    return new Services(null, registryUrl, settings);
  }

  /** Uses a broker and a registry that keep running. */
  public static Services running(String bootstrapServers, String registryUrl)
      throws IOException, InterruptedException {
    return new Services(bootstrapServers, registryUrl, Map.of());
  }

  /** Returns the directory for the files of all processes. */
  public Path directory() {
    return directory;
  }

  /** Returns the broker's address. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Returns the registry's address. */
  public String registryUrl() {
    return registryUrl;
  }

  /** Returns the admin client. */
  public Cluster cluster() {
    return cluster;
  }

  /** Returns the broker's process. */
  public ChildJvm broker() {
    if (broker == null) {
      throw new IllegalStateException("the broker runs elsewhere; there is no process to control");
    }
    return broker;
  }

  /** Restarts the broker after its process has ended, with the same address and data. */
  public void restartBroker() throws InterruptedException {
    int port = URI.create("kafka://" + bootstrapServers).getPort();
    broker().startAgain(EmbeddedKafka.command(options.withPort(port)));
    broker().awaitLine(START_TIMEOUT);
  }

  /** Returns settings of an application with separate topics, named after its id. */
  public Map<String, String> settings(String id) {
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put("schema.registry.url", registryUrl);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, id);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve(id).toString());
    settings.put(PromptStreamConfig.INPUT_TOPIC, id + "-input");
    settings.put(PromptStreamConfig.SPARSE_TOPIC, id + "-sparse");
    settings.put(PromptStreamConfig.DENSE_TOPIC, id + "-dense");
    settings.put(PromptStreamConfig.ERRORS_TOPIC, id + "-errors");
    settings.put(PromptStreamConfig.MODELS_TOPIC, id + "-models");
    settings.put(PromptStreamConfig.ACTIONS_TOPIC, id + "-actions");
    settings.put(PromptStreamConfig.CHECKPOINT, CHECKPOINT);
    settings.put(PromptStreamConfig.DEVICE, DEVICE);
    return settings;
  }

  /**
   * Writes settings to a file and returns the parameters of a process that runs with them.
   *
   * @param name of the process
   * @param main main class, which takes the file and further arguments
   */
  public ChildJvm.Launch application(
      String name, Class<?> main, Map<String, String> settings, String... arguments)
      throws IOException {
    Path file = directory.resolve(name + ".properties");
    Properties properties = new Properties();
    properties.putAll(settings);
    try (Writer writer = Files.newBufferedWriter(file)) {
      properties.store(writer, null);
    }
    List<String> command = new ArrayList<>(List.of(main.getName(), file.toString()));
    command.addAll(List.of(arguments));
    return new ChildJvm.Launch(name, command, HEAP_MIB, directory);
  }

  /** Stops what was started and deletes the directory. */
  @Override
  public void close() {
    parts.close();
  }
}
