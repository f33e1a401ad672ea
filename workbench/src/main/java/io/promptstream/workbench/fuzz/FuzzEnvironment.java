package io.promptstream.workbench.fuzz;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Resources;
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
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/** A broker, a registry and the application under test, each in a separate process. */
final class FuzzEnvironment implements AutoCloseable {
  static final String APPLICATION = "fuzzed-application";
  static final String INPUT = "prompt-events";
  static final int HEAP_MIB = 256;

  /** Small enough that an accepted event can have a larger result. */
  static final int MAX_REQUEST_SIZE = 1_150_000;

  static final int THREADS = 2;

  /** Production's logging configuration, which is under test, instead of that of the tests. */
  private static final List<String> JVM_OPTIONS =
      List.of("-Xrs", "-Dlogback.configurationFile=logback.xml");

  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final int BROKER_HEAP_MIB = 512;
  private static final String CHECKPOINT = "seed:42";

  private final Resources parts;
  private final Path directory;
  private final String bootstrapServers;
  private final String registryUrl;
  private final Admin admin;

  private FuzzEnvironment(
      Resources parts, Path directory, String bootstrapServers, String registryUrl, Admin admin) {
    this.parts = parts;
    this.directory = directory;
    this.bootstrapServers = bootstrapServers;
    this.registryUrl = registryUrl;
    this.admin = admin;
  }

  /**
   * Starts broker and registry and creates the input topic, which takes about 10 seconds.
   *
   * @throws CommandFailedException if one does not start; the other is stopped
   */
  static FuzzEnvironment start() throws InterruptedException, IOException {
    Resources parts = new Resources();
    try {
      Path directory = Files.createTempDirectory("promptstream-fuzz-");
      parts.add(() -> Utils.delete(directory.toFile()));
      ChildJvm broker = parts.add(BrokerProcess.start(BROKER_HEAP_MIB, directory));
      ApicurioRegistry registry = parts.add(ApicurioRegistry.start(0));
      String servers = broker.awaitLine(START_TIMEOUT);
      Admin admin =
          parts.add(Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, servers)));
      get(admin
          .createTopics(List.of(
              new NewTopic(INPUT, Optional.of(FuzzEvents.PARTITIONS), Optional.<Short>empty())))
          .all());
      return new FuzzEnvironment(parts, directory, servers, registry.url(), admin);
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /** Waits for the broker's response. */
  static <T> T get(KafkaFuture<T> answer) throws InterruptedException {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new CommandFailedException("The fuzzer's broker failed: " + e.getCause(), e);
    }
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  String registryUrl() {
    return registryUrl;
  }

  Admin admin() {
    return admin;
  }

  /** Returns the application's log file. */
  Path applicationLog() {
    return directory.resolve(APPLICATION + ".log");
  }

  /** Starts the application without waiting until it runs. */
  ChildJvm startApplication(Class<?> main, Guarantee guarantee) throws IOException {
    Path file = SettingsFile.write(directory, APPLICATION, settings(guarantee));
    List<String> command = List.of(main.getName(), file.toString());
    return ChildJvm.start(
        new ChildJvm.Launch(APPLICATION, command, HEAP_MIB, directory, JVM_OPTIONS));
  }

  /** Waits until the application processes events. */
  static void awaitRunning(ChildJvm application) throws InterruptedException {
    application.awaitLine(START_TIMEOUT);
  }

  private Map<String, String> settings(Guarantee guarantee) {
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put("schema.registry.url", registryUrl);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, APPLICATION);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, directory.resolve("state").toString());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Integer.toString(THREADS));
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, guarantee.toString());
    if (guarantee == Guarantee.AT_LEAST_ONCE) {
      // Kafka Streams' default of 30 s is longer than a run.
      settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "500");
    }
    settings.put("producer.max.request.size", Integer.toString(MAX_REQUEST_SIZE));
    settings.put(PromptStreamConfig.INPUT_TOPIC, INPUT);
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    // Unknown schemas stay unknown, so waiting for them is useless.
    settings.put(PromptStreamConfig.UNKNOWN_SCHEMA_GRACE, "0");
    settings.putAll(encoder());
    return settings;
  }

  private static Map<String, String> encoder() {
    return Map.of(
        PromptStreamConfig.CHECKPOINT,
        CHECKPOINT,
        PromptStreamConfig.DEVICE,
        "cpu",
        PromptStreamConfig.MAX_POINTS,
        Integer.toString(GoodPrompts.MAX_POINTS),
        PromptStreamConfig.MAX_HEADERS,
        Integer.toString(Envelope.MAX_HEADERS));
  }

  /** Returns the application's configuration. */
  PromptStreamConfig config(Guarantee guarantee) {
    return PromptStreamConfig.of(settings(guarantee));
  }

  /** Stops all and deletes the directory. */
  @Override
  public void close() {
    parts.close();
  }
}
