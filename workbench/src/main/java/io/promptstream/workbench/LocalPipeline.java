package io.promptstream.workbench;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.StartupException;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Runs the real application with a real broker and schema registry on this machine. Closing it
 * stops everything that was started, in reverse order, and deletes its files.
 */
public final class LocalPipeline implements AutoCloseable {
  private final Resources parts;
  private final PromptStreamConfig config;
  private final PromptEncoder encoder;
  private final PromptStreamApplication application;

  private LocalPipeline(
      Resources parts,
      PromptStreamConfig config,
      PromptEncoder encoder,
      PromptStreamApplication application) {
    this.parts = parts;
    this.config = config;
    this.encoder = encoder;
    this.application = application;
  }

  /**
   * Ports and settings that a user may choose.
   *
   * @param kafkaPort port of the broker, or 0 for a free one
   * @param registryPort port of the registry, or 0 for a free one
   * @param settings settings of the application, which override the local defaults
   */
  public record Options(int kafkaPort, int registryPort, Map<String, String> settings) {
    public Options {
      settings = Map.copyOf(settings);
    }

    /** Returns options with free ports and these settings. */
    public static Options with(Map<String, String> settings) {
      return new Options(0, 0, settings);
    }
  }

  /**
   * Starts everything and waits until events are processed, about 10 seconds.
   *
   * @throws StartupException if a part does not start; the others are stopped
   * @throws Exception any other failure of a part
   */
  public static LocalPipeline start(Options options) throws Exception {
    Resources parts = new Resources();
    try {
      return start(options, parts);
    } catch (IOException e) {
      parts.closeAfter(e);
      throw new StartupException(String.valueOf(e.getMessage()), e);
    } catch (Exception | Error e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /**
   * Starts the application on a running broker and registry, which keep running after it.
   *
   * @param settings of the application, including the addresses of both
   * @throws StartupException if it does not start
   */
  public static LocalPipeline startOnRunning(Map<String, String> settings) throws IOException {
    Resources parts = new Resources();
    try {
      return startApplication(settings, parts);
    } catch (IOException | RuntimeException | Error e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private static LocalPipeline start(Options options, Resources parts) throws Exception {
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:" + options.kafkaPort());
    settings.put("schema.registry.url", "http://127.0.0.1:" + options.registryPort());
    settings.putAll(options.settings());
    // Load the encoder first, so that a bad checkpoint is reported before anything starts.
    PromptEncoder encoder = parts.add(load(PromptStreamConfig.of(settings).encoderOptions()));
    ApicurioRegistry registry =
        parts.add(ApicurioRegistry.launch(options.registryPort(), List.of()));
    EmbeddedKafka kafka =
        parts.add(EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withPort(options.kafkaPort())));
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, kafka.bootstrapServers());
    settings.put("schema.registry.url", registry.awaitUrl());
    settings.putAll(options.settings());
    return startApplication(config(settings, parts), encoder, parts);
  }

  private static LocalPipeline startApplication(Map<String, String> settings, Resources parts)
      throws IOException {
    PromptStreamConfig config = config(settings, parts);
    return startApplication(config, parts.add(load(config.encoderOptions())), parts);
  }

  /** Adds a temporary state directory, which is deleted when the pipeline closes. */
  private static PromptStreamConfig config(Map<String, String> settings, Resources parts)
      throws IOException {
    Path state = Files.createTempDirectory("promptstream-state-");
    parts.add(() -> Utils.delete(state.toFile()));
    Map<String, String> all = new HashMap<>();
    all.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    all.put(PromptStreamConfig.TOPICS_CREATE, "true");
    // A demo or a test sends few events, and has started sooner without.
    all.put(PromptStreamConfig.WARM_UP, "0");
    all.putAll(settings);
    return PromptStreamConfig.of(all);
  }

  private static LocalPipeline startApplication(
      PromptStreamConfig config, PromptEncoder encoder, Resources parts) {
    PromptStreamApplication application = PromptStreamApplication.start(config, Models.of(encoder));
    parts.add(application);
    return new LocalPipeline(parts, config, encoder, application);
  }

  private static PromptEncoder load(EncoderOptions options) {
    try {
      return SamPromptEncoder.load(options);
    } catch (RuntimeException e) {
      throw StartupException.encoder(options, e);
    }
  }

  /** Returns the settings that the application runs with. */
  public PromptStreamConfig config() {
    return config;
  }

  /** Returns the encoder that the application runs with. */
  public PromptEncoder encoder() {
    return encoder;
  }

  /** Returns the application. */
  public PromptStreamApplication application() {
    return application;
  }

  /** Returns the broker's address. */
  public String bootstrapServers() {
    return config.streamsProperties().getProperty(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG);
  }

  /** Returns the registry's address. */
  public String registryUrl() {
    return String.valueOf(config.serdeProperties().get("schema.registry.url"));
  }

  /**
   * Stops everything.
   *
   * @throws IllegalStateException if a part does not stop; the others are still stopped
   */
  @Override
  public void close() {
    parts.close();
  }
}
