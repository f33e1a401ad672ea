package io.promptstream.workbench.faults;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Parts;
import io.promptstream.workbench.guarantee.Samples;
import io.promptstream.workbench.process.TcpGate;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/** What an application needs: broker, registry and topics; instances see the registry by a gate. */
final class Environment implements AutoCloseable {
  static final String CHECKPOINT = "seed:42";
  static final String GROUP = "faults";

  private final Parts parts = new Parts();
  private final TopicNames topics = TopicNames.of(Map.of());
  private final Broker broker;
  private final ApicurioRegistry registry;
  private final TcpGate registryGate;
  private final Cluster cluster;

  private Environment(Path directory) throws IOException, InterruptedException {
    try {
      broker = parts.add(Broker.start(directory));
      registry = parts.add(ApicurioRegistry.start(0));
      URI url = URI.create(registry.url());
      registryGate = parts.add(TcpGate.to(url.getHost(), url.getPort()));
      cluster = parts.add(new Cluster(broker.bootstrapServers(), topics));
      cluster.createTopics();
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /** Starts everything, about 10 seconds. */
  static Environment start(Path directory) throws IOException, InterruptedException {
    return new Environment(directory);
  }

  TopicNames topics() {
    return topics;
  }

  Broker broker() {
    return broker;
  }

  TcpGate registryGate() {
    return registryGate;
  }

  Cluster cluster() {
    return cluster;
  }

  /** Returns the registry's own address, for those who are outside of all faults. */
  String registryUrl() {
    return registry.url();
  }

  /** Returns the settings of an instance, without its state directory. */
  Map<String, String> settings(FaultPlan plan) {
    URI url = URI.create(registry.url());
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers());
    settings.put(
        "schema.registry.url",
        "http://%s:%d%s".formatted(url.getHost(), registryGate.port(), url.getPath()));
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, GROUP);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2");
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "200");
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, plan.guarantee().toString());
    settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, plan.protocol().toString());
    settings.put(PromptStreamConfig.CHECKPOINT, CHECKPOINT);
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.MAX_POINTS, Integer.toString(Samples.MAX_POINTS));
    settings.put("producer.max.request.size", Integer.toString(Samples.MAX_REQUEST_SIZE));
    if (plan.protocol() == GroupProtocol.CLASSIC) {
      // The broker has these for the other protocol.
      settings.put(
          "main.consumer.session.timeout.ms", Integer.toString(Broker.SESSION_TIMEOUT_MILLIS));
      settings.put(
          "main.consumer.heartbeat.interval.ms", Integer.toString(Broker.HEARTBEAT_MILLIS));
    }
    return settings;
  }

  @Override
  public void close() {
    parts.close();
  }
}
