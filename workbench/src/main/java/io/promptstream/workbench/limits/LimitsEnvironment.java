package io.promptstream.workbench.limits;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.app.MemoryBound;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.bench.BenchApplication;
import io.promptstream.workbench.bench.Contestant;
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
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/** A broker and a registry, each in a separate process, for the applications under load. */
public final class LimitsEnvironment implements AutoCloseable {
  /** Partitions of every topic: PromptStream's default. */
  static final int PARTITIONS = 8;

  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final int BROKER_HEAP_MIB = 1024;

  private final Resources parts;
  private final Path directory;
  private final ChildJvm broker;
  private final ApicurioRegistry registry;
  private final String bootstrapServers;
  private final EncoderInfo model;

  private LimitsEnvironment(
      Resources parts,
      Path directory,
      ChildJvm broker,
      ApicurioRegistry registry,
      EncoderInfo model)
      throws InterruptedException {
    this.parts = parts;
    this.directory = directory;
    this.broker = broker;
    this.registry = registry;
    this.model = model;
    bootstrapServers = broker.awaitLine(START_TIMEOUT);
  }

  /**
   * Starts broker and registry.
   *
   * @throws io.promptstream.topology.cli.CommandFailedException if one does not start; the other is
   *     stopped
   */
  public static LimitsEnvironment start() throws InterruptedException, IOException {
    Resources parts = new Resources();
    try {
      Path directory = Files.createTempDirectory("promptstream-limits-");
      parts.add(() -> Utils.delete(directory.toFile()));
      ChildJvm broker = parts.add(BrokerProcess.start(BROKER_HEAP_MIB, directory));
      ApicurioRegistry registry = parts.add(ApicurioRegistry.start(0));
      return new LimitsEnvironment(parts, directory, broker, registry, model());
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private static EncoderInfo model() {
    PromptStreamConfig unused = PromptStreamConfig.of(settings("unused:1", "mock://unused"));
    try (PromptEncoder encoder = SamPromptEncoder.load(unused.encoderOptions())) {
      return encoder.info();
    }
  }

  private static Map<String, String> settings(String bootstrapServers, String registryUrl) {
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put("schema.registry.url", registryUrl);
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.TOPICS_CREATE, "true");
    settings.put(PromptStreamConfig.TOPICS_PARTITIONS, Integer.toString(PARTITIONS));
    return settings;
  }

  /** Returns the settings of an application under a load; each load has separate topics. */
  PromptStreamConfig config(Load load) {
    return PromptStreamConfig.of(settings(load));
  }

  private Map<String, String> settings(Load load) {
    String name = load.name().toLowerCase(Locale.ROOT);
    Map<String, String> settings = settings(bootstrapServers, registry.url());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    settings.put(
        StreamsConfig.STATE_DIR_CONFIG, directory.resolve("state-" + name).toString());
    settings.put(PromptStreamConfig.INPUT_TOPIC, name + "-input");
    settings.put(PromptStreamConfig.SPARSE_TOPIC, name + "-sparse");
    settings.put(PromptStreamConfig.DENSE_TOPIC, name + "-dense");
    settings.put(PromptStreamConfig.ERRORS_TOPIC, name + "-errors");
    settings.put(PromptStreamConfig.MODELS_TOPIC, name + "-models");
    settings.putAll(load.settings());
    return settings;
  }

  /** Returns the memory bound for an application under a load. */
  MemoryBound bound(Load load) {
    PromptStreamConfig config = config(load);
    // The application creates its topic with this limit.
    return MemoryBound.of(config, List.of(model), PARTITIONS, config.maxRequestSize());
  }

  /** Returns the minimum heap that a bound requires under a load, in MiB. */
  static long heapMib(Load load, MemoryBound bound) {
    return load == Load.HEADERS ? bound.heapMibWithHeaders() : bound.heapMib();
  }

  /** Starts an application with the minimum heap that its bound requires. */
  ChildJvm startApplication(Load load) throws IOException, InterruptedException {
    String name = load.name().toLowerCase(Locale.ROOT);
    Path file = SettingsFile.write(directory, name, settings(load));
    List<String> command = List.of(
        BenchApplication.class.getName(), file.toString(), Contestant.Encoding.MODEL.name());
    int heapMib = Math.toIntExact(heapMib(load, bound(load)));
    ChildJvm application = ChildJvm.start(new ChildJvm.Launch(name, command, heapMib, directory));
    try {
      application.awaitLine(START_TIMEOUT);
    } catch (InterruptedException | RuntimeException e) {
      application.close();
      throw e;
    }
    return application;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  String registryUrl() {
    return registry.url();
  }

  /** Returns the broker's process. */
  ProcessHandle broker() {
    return broker.process().toHandle();
  }

  /** Stops both and deletes the directory. */
  @Override
  public void close() {
    parts.close();
  }
}
