package io.promptstream.application;

import io.promptstream.topology.config.ClientSettings;
import io.promptstream.topology.retry.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The brokers, as the startup checks use them; each failure is reported in one sentence. */
final class Brokers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Brokers.class);

  /** After this time without an answer of a broker, a new admin client is created. */
  private static final Duration LONGEST_ATTEMPT = Duration.ofSeconds(15);

  private final Admin admin;

  private Brokers(Admin admin) {
    this.admin = admin;
  }

  /**
   * Connects, and waits until a broker answers.
   *
   * @param timeout how long to wait
   * @throws StartupException if no broker answers in time, or one refuses
   */
  static Brokers connect(ClientSettings clients, Duration timeout) {
    long attempt = Math.max(1, Math.min(LONGEST_ATTEMPT.toMillis(), timeout.toMillis()));
    return new RetryPolicy(timeout)
        .call(() -> attempt(clients, Math.toIntExact(attempt)), Brokers::isTransient);
  }

  /**
   * Returns whether a broker may only be down: it does not answer, or, in some networks, its name
   * does not resolve.
   */
  private static boolean isTransient(RuntimeException thrown) {
    Throwable cause = rootCause(thrown);
    return cause instanceof RetriableException
        || (cause instanceof ConfigException
            && String.valueOf(cause.getMessage()).startsWith("No resolvable bootstrap urls"));
  }

  private static Brokers attempt(ClientSettings clients, int millis) {
    Admin admin;
    try {
      admin = Admin.create(new HashMap<>(clients.admin()));
    } catch (KafkaException e) {
      throw ConnectionErrors.brokers(clients, e);
    }
    Brokers cluster = new Brokers(admin);
    try {
      cluster.get(
          admin.describeCluster(new DescribeClusterOptions().timeoutMs(millis)).nodes());
    } catch (ExecutionException e) {
      cluster.close();
      throw ConnectionErrors.brokers(clients, e.getCause() == null ? e : e.getCause());
    } catch (StartupException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /** Returns the number of partitions of each topic that exists. */
  Map<String, Integer> partitions(Collection<String> topics) {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin.describeTopics(topics).topicNameValues();
    Map<String, Integer> partitions = new HashMap<>();
    asked.forEach((topic, answer) -> {
      try {
        partitions.put(topic, get(answer).partitions().size());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw failed("look up topic " + topic, e);
        }
      }
    });
    return partitions;
  }

  /**
   * Creates a topic, unless another instance already did. If the brokers refuse the topic, it is
   * created without the newer settings.
   *
   * @param settings the topic's settings that every supported broker knows
   * @param newerSettings the settings that older brokers do not know
   */
  void create(NewTopic topic, Map<String, String> settings, Map<String, String> newerSettings) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(newerSettings);
    try {
      create(topic.configs(all));
    } catch (ExecutionException e) {
      if (newerSettings.isEmpty() || !(e.getCause() instanceof InvalidConfigurationException)) {
        throw failed("create topic " + topic.name(), e);
      }
      log.warn(
          "The brokers refuse to create topic {} with {}; creating it without them",
          topic.name(),
          String.join(", ", new TreeSet<>(newerSettings.keySet())));
      create(topic, settings, Map.of());
    }
  }

  private void create(NewTopic topic) throws ExecutionException {
    try {
      get(admin.createTopics(List.of(topic)).all());
      log.info("Created topic {} with {} partitions", topic.name(), topic.numPartitions());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  /** Returns the settings of each topic whose settings we are allowed to read. */
  Map<String, TopicSettings> settings(Collection<String> topics) {
    List<ConfigResource> resources = new ArrayList<>();
    topics.forEach(topic -> resources.add(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    Map<String, TopicSettings> settings = new HashMap<>();
    admin.describeConfigs(resources).values().forEach((resource, answer) -> {
      try {
        settings.put(resource.name(), TopicSettings.of(get(answer)));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw failed("read the configuration of topic " + resource.name(), e);
        }
        log.warn(
            "Not allowed to read the configuration of topic {}, so it is not checked",
            resource.name());
      }
    });
    return settings;
  }

  private <T> T get(KafkaFuture<T> answer) throws ExecutionException {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("Interrupted while waiting for a broker's answer.", e);
    }
  }

  private static StartupException failed(String what, ExecutionException e) {
    Throwable cause = rootCause(e);
    return new StartupException("Cannot %s: %s".formatted(what, cause.getMessage()), cause);
  }

  private static Throwable rootCause(Throwable thrown) {
    Throwable cause = thrown;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
