package io.promptstream.workbench.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.promptstream.encoder.ImageMasks;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.guarantee.ClusterState;
import io.promptstream.workbench.guarantee.EventLoad;
import io.promptstream.workbench.guarantee.Finding;
import io.promptstream.workbench.guarantee.Invariants;
import io.promptstream.workbench.guarantee.Ledger;
import io.promptstream.workbench.guarantee.Outputs;
import io.promptstream.workbench.guarantee.Samples;
import io.promptstream.workbench.guarantee.SessionSamples;
import io.promptstream.workbench.guarantee.Source;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.GroupProtocol;
import org.apache.kafka.streams.StreamsConfig;
import org.awaitility.core.ConditionTimeoutException;

/** The topics, load and output check of one application; the caller manages its instances. */
final class Trial implements AutoCloseable {
  private static final Duration END_TIMEOUT = Duration.ofMinutes(5);

  /** Longer than a healthy instance keeps a transaction open. */
  private static final Duration LONG_TRANSACTION = Duration.ofMillis(500);

  /** Kafka's default: an instance returns before its partitions are given to others. */
  private static final String STATIC_SESSION_MILLIS = "45000";

  /** The heap that the application's start check requires with these settings. */
  private static final int HEAP_MIB = 512;

  /**
   * Client logs help to find out what happened. No -Xrs: SIGTERM must let the instance shut down
   * cleanly.
   */
  private static final List<String> OPTIONS = List.of("-Dpromptstream.clients.log.level=WARN");

  private final String name;
  private final FaultPlan plan;
  private final Services services;
  private final Cluster cluster;
  private final Resources parts = new Resources();
  private final Ledger ledger = new Ledger();
  private final Map<String, String> settings;
  private final TopicNames topics;
  private final String loadTopic;
  private final Set<String> existingTopics;
  private final PromptEncoder encoder;
  private final EventLoad load;
  private final Outputs outputs;

  /**
   * Creates the topics and starts reading the outputs; the load is not started.
   *
   * @param name of the application, new in this environment
   */
  Trial(Environment environment, String name, FaultPlan plan) throws InterruptedException {
    this.name = name;
    this.plan = plan;
    services = environment.services();
    cluster = services.cluster();
    settings = settings(environment);
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    topics = config.topics();
    loadTopic = plan.sessions() ? topics.actions() : topics.input();
    try {
      existingTopics = Set.copyOf(topicNames());
      createTopics();
      encoder = parts.add(SamPromptEncoder.load(config.encoderOptions()));
      load = parts.add(new EventLoad(ledger, source(config), services, loadTopic, plan.seed()));
      outputs =
          parts.add(new Outputs(ledger, encoder.info().modelId(), services, topics, loadTopic));
    } catch (InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  private Source source(PromptStreamConfig config) {
    return plan.sessions()
        ? new SessionSamples(
            plan.seed(),
            encoder,
            new ImageMasks(encoder.info().profile(), config.maskLogitMagnitude()),
            plan.guarantee())
        : Samples.draw(plan.seed(), encoder);
  }

  private Map<String, String> settings(Environment environment) {
    Map<String, String> settings = new HashMap<>(services.settings(name));
    settings.put("schema.registry.url", environment.gatedRegistryUrl());
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, "2");
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, "200");
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, plan.guarantee().toString());
    settings.put(
        StreamsConfig.GROUP_PROTOCOL_CONFIG, plan.protocol().name().toLowerCase(Locale.ROOT));
    settings.put(PromptStreamConfig.WARM_UP, "0");
    settings.put(PromptStreamConfig.MAX_POINTS, Integer.toString(Samples.MAX_POINTS));
    settings.put("producer.max.request.size", Integer.toString(Samples.MAX_REQUEST_SIZE));
    if (plan.sessions()) {
      settings.put(PromptStreamConfig.SESSIONS, "true");
      settings.put(
          PromptStreamConfig.SESSION_MAX_BYTES, Integer.toString(Samples.MAX_REQUEST_SIZE / 2));
    }
    if (plan.protocol() == GroupProtocol.CLASSIC) {
      settings.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbyReplicas());
      // With the streams protocol, the broker's settings apply.
      settings.put(
          "main.consumer.session.timeout.ms",
          plan.staticMembers() ? STATIC_SESSION_MILLIS : Environment.SESSION_TIMEOUT_MILLIS);
      settings.put("main.consumer.heartbeat.interval.ms", Environment.HEARTBEAT_MILLIS);
    }
    return settings;
  }

  private String standbyReplicas() {
    return plan.sessions() ? "1" : "0";
  }

  /** Creates the application's topics, which keep records with any timestamp. */
  private void createTopics() throws InterruptedException {
    Map<String, String> configs = Map.of(
        TopicConfig.RETENTION_MS_CONFIG,
        "-1",
        TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
        Long.toString(Long.MAX_VALUE));
    List<NewTopic> all = new ArrayList<>();
    List<String> names =
        new ArrayList<>(List.of(loadTopic, topics.sparse(), topics.dense(), topics.errors()));
    if (plan.sessions()) {
      names.add(topics.input());
    }
    for (String topic : names) {
      all.add(new NewTopic(topic, FaultPlan.PARTITIONS, (short) 1).configs(configs));
    }
    all.add(new NewTopic(topics.models(), 1, (short) 1)
        .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT)));
    cluster.create(all);
    setForGroup("streams.num.standby.replicas", standbyReplicas());
    if (plan.staticMembers()) {
      setForGroup("streams.session.timeout.ms", STATIC_SESSION_MILLIS);
    }
  }

  private void setForGroup(String setting, String value) throws InterruptedException {
    Cluster.get(cluster
        .admin()
        .incrementalAlterConfigs(Map.of(
            new ConfigResource(ConfigResource.Type.GROUP, name),
            List.of(new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET))))
        .all());
  }

  /**
   * Returns the settings of an instance, with a separate state directory.
   *
   * @param instance number of the instance
   */
  Map<String, String> settings(int instance) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(
        StreamsConfig.STATE_DIR_CONFIG,
        services.directory().resolve(name(instance)).toString());
    if (plan.staticMembers()) {
      all.put("group.instance.id", name(instance));
    }
    return all;
  }

  private String name(int instance) {
    return "%s-%d".formatted(name, instance);
  }

  /**
   * Starts an instance without waiting until it runs.
   *
   * @param application its main class, which takes a settings file
   */
  ChildJvm start(int instance, Class<?> application) throws IOException {
    return ChildJvm.start(services
        .application(name(instance), application, settings(instance))
        .withHeapMib(HEAP_MIB)
        .withOptions(OPTIONS));
  }

  boolean isExactlyOnce() {
    return plan.guarantee() == Guarantee.EXACTLY_ONCE_V2;
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

  /** Returns whether a transaction has been open longer than a healthy instance keeps it. */
  boolean hasLongTransaction() throws InterruptedException {
    ListTransactionsOptions options = new ListTransactionsOptions()
        .filterStates(List.of(TransactionState.ONGOING))
        .filterOnDuration(LONG_TRANSACTION.toMillis());
    return !Cluster.get(cluster.admin().listTransactions(options).all()).isEmpty();
  }

  private Map<TopicPartition, Long> inputEnds() throws InterruptedException {
    return ends(loadTopic);
  }

  private Map<TopicPartition, Long> ends(String topic) throws InterruptedException {
    return cluster.ends(Cluster.partitions(List.of(topic), FaultPlan.PARTITIONS));
  }

  /**
   * Waits until all events are committed, and the prompts of sessions as well; returns false on a
   * timeout.
   */
  boolean awaitCommitted() {
    return becomesTrue(END_TIMEOUT, () -> {
          Map<TopicPartition, Long> committed = cluster.committed(name);
          return inputEnds().entrySet().stream()
              .allMatch(end -> end.getValue().equals(committed.getOrDefault(end.getKey(), 0L)));
        })
        && (!plan.sessions()
            || becomesTrue(
                END_TIMEOUT,
                () -> outputs.isProcessed(ends(topics.input()), cluster.committed(name))));
  }

  /** Waits until a condition holds; returns false on a timeout. */
  static boolean becomesTrue(Duration timeout, Callable<Boolean> condition) {
    try {
      await().atMost(timeout).until(condition);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
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
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    Set<String> expectedTopics = new HashSet<>(config.usedTopics());
    if (config.sessions()) {
      expectedTopics.add(config.sessionsChangelog());
    }
    Set<String> newTopics = new HashSet<>(topicNames());
    newTopics.removeAll(existingTopics);
    ClusterState state =
        new ClusterState(newTopics, expectedTopics, inputEnds(), cluster.committed(name), cards());
    return new Invariants(ledger, plan.guarantee()).check(state, encoder.info().modelId());
  }

  private Set<String> topicNames() throws InterruptedException {
    return Cluster.get(cluster.admin().listTopics().names());
  }

  private Set<String> cards() {
    Set<String> keys = new HashSet<>();
    try (RecordReader models = new RecordReader(
        Map.of("bootstrap.servers", services.bootstrapServers()), List.of(topics.models()))) {
      models.readToEnd(card -> keys.add(new String(card.key(), UTF_8)));
    }
    return keys;
  }

  @Override
  public void close() {
    parts.close();
  }
}
