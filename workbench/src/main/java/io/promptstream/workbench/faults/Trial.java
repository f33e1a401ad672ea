package io.promptstream.workbench.faults;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.faults.FaultReport.Finding;
import io.promptstream.workbench.guarantee.EventLoad;
import io.promptstream.workbench.guarantee.Invariants;
import io.promptstream.workbench.guarantee.Ledger;
import io.promptstream.workbench.guarantee.Outputs;
import io.promptstream.workbench.guarantee.Samples;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.StreamsConfig;

/** The topics, load and output check of one application; the caller manages its instances. */
final class Trial implements AutoCloseable {
  private static final Duration END_TIMEOUT = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 50;

  private final FaultPlan plan;
  private final Resources parts = new Resources();
  private final Ledger ledger = new Ledger();
  private final Map<String, String> settings;
  private final Cluster cluster;
  private final PromptEncoder encoder;
  private final EventLoad load;
  private final Outputs outputs;

  /**
   * Creates the topics and starts reading the outputs; the load is not started.
   *
   * @param name of the application, new in this environment
   */
  Trial(Environment environment, String name, FaultPlan plan) throws InterruptedException {
    this.plan = plan;
    TopicNames topics = new TopicNames(
        name + "-events", name + "-sparse", name + "-dense", name + "-errors", name + "-models");
    settings = settings(environment, name, topics, plan);
    String servers = environment.broker().bootstrapServers();
    String registryUrl = environment.registryUrl();
    try {
      cluster = parts.add(new Cluster(servers, topics, name));
      cluster.createTopics();
      encoder = parts.add(
          SamPromptEncoder.load(PromptStreamConfig.of(new HashMap<>(settings)).encoderOptions()));
      load = parts.add(new EventLoad(
          ledger,
          Samples.draw(plan.seed(), encoder),
          new EventLoad.Target(servers, registryUrl, topics.input(), FaultPlan.RATE),
          plan.seed()));
      outputs = parts.add(new Outputs(
          ledger,
          encoder.info().modelId(),
          new Outputs.Source(
              servers, registryUrl, topics, FaultPlan.PARTITIONS, plan.guarantee())));
      outputs.start();
    } catch (InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private static Map<String, String> settings(
      Environment environment, String name, TopicNames topics, FaultPlan plan) {
    Map<String, String> settings = new HashMap<>();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, environment.broker().bootstrapServers());
    settings.put("schema.registry.url", environment.gatedRegistryUrl());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, name);
    settings.put(PromptStreamConfig.INPUT_TOPIC, topics.input());
    settings.put(PromptStreamConfig.SPARSE_TOPIC, topics.sparse());
    settings.put(PromptStreamConfig.DENSE_TOPIC, topics.dense());
    settings.put(PromptStreamConfig.ERRORS_TOPIC, topics.errors());
    settings.put(PromptStreamConfig.MODELS_TOPIC, topics.models());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2");
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "200");
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, plan.guarantee().toString());
    settings.put(StreamsConfig.GROUP_PROTOCOL_CONFIG, plan.protocol().toString());
    settings.put(PromptStreamConfig.CHECKPOINT, "seed:42");
    settings.put(PromptStreamConfig.DEVICE, "cpu");
    settings.put(PromptStreamConfig.MAX_POINTS, Integer.toString(Samples.MAX_POINTS));
    settings.put("producer.max.request.size", Integer.toString(Samples.MAX_REQUEST_SIZE));
    if (plan.protocol() == GroupProtocol.CLASSIC) {
      // With the streams protocol, the broker's settings apply.
      settings.put(
          "main.consumer.session.timeout.ms", Integer.toString(Broker.SESSION_TIMEOUT_MILLIS));
      settings.put(
          "main.consumer.heartbeat.interval.ms", Integer.toString(Broker.HEARTBEAT_MILLIS));
    }
    return Map.copyOf(settings);
  }

  /** Returns the settings of an instance, other than the state directory. */
  Map<String, String> settings() {
    return settings;
  }

  boolean isExactlyOnce() {
    return plan.guarantee() == Guarantee.EXACTLY_ONCE_V2;
  }

  Cluster cluster() {
    return cluster;
  }

  /** Returns an encoder with the application's settings. */
  PromptEncoder encoder() {
    return encoder;
  }

  Ledger ledger() {
    return ledger;
  }

  EventLoad load() {
    return load;
  }

  /** Waits until the whole input is committed; returns false on a timeout. */
  boolean awaitCommitted() throws InterruptedException {
    long deadline = System.nanoTime() + END_TIMEOUT.toNanos();
    while (!cluster.isCommittedToTheEnd()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
    return true;
  }

  /**
   * Reads the outputs to their end. Call it after all instances have stopped, so that the end is
   * final.
   *
   * @return a sentence for each partition that cannot be read in time
   */
  List<String> readToTheEnd() throws InterruptedException {
    return outputs.awaitRead(cluster.ends(outputs.partitions()), END_TIMEOUT).stream()
        .map("%s cannot be read to its end: a transaction is still open"::formatted)
        .toList();
  }

  /** Returns each guarantee with its violations; call it after {@link #readToTheEnd}. */
  List<Finding> findings() throws InterruptedException {
    return Invariants.of(
            ledger, plan.guarantee(), cluster.state(), encoder.info().modelId())
        .stream()
        .map(invariant -> new Finding(invariant.claim(), invariant.violations()))
        .toList();
  }

  @Override
  public void close() {
    parts.close();
  }
}
