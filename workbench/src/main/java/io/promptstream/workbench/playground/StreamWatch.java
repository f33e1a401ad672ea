package io.promptstream.workbench.playground;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.schemas.reader.EmbeddingReader;
import io.promptstream.schemas.reader.PromptEmbedding;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.services.RecordReader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topics from their ends, and passes on each prompt, each error and each pair of
 * embeddings. Each of its two threads tries again after a failure.
 */
final class StreamWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamWatch.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long RETRY_MILLIS = 1_000;
  private static final long JOIN_MILLIS = 10_000;

  private final PromptStreamConfig config;
  private final Map<String, Object> settings;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final List<Thread> threads;

  private StreamWatch(
      PromptStreamConfig config,
      Map<String, Object> settings,
      Consumer<ConsumerRecord<byte[], byte[]>> onRecord,
      Consumer<List<PromptEmbedding>> onEmbeddings) {
    this.config = config;
    this.settings = settings;
    threads = List.of(
        new Thread(() -> repeat(() -> watchRecords(onRecord)), "playground-records"),
        new Thread(() -> repeat(() -> watchEmbeddings(onEmbeddings)), "playground-embeddings"));
  }

  /**
   * Starts at the current ends of the topics.
   *
   * @param onRecord gets each record of the topics of prompts and of errors, on one thread
   * @param onEmbeddings gets the pairs of embeddings that are there, on another thread
   * @throws CommandFailedException if the brokers do not answer, or a topic does not exist
   */
  static StreamWatch start(
      PromptStreamConfig config,
      Consumer<ConsumerRecord<byte[], byte[]>> onRecord,
      Consumer<List<PromptEmbedding>> onEmbeddings) {
    Map<String, Object> settings = settings(config);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      requireTopics(config, consumer.listTopics(TIMEOUT).keySet());
      commitEnds(consumer, List.of(config.sparseTopic(), config.denseTopic()));
    } catch (KafkaException e) {
      throw new CommandFailedException(
          "The stream at bootstrap.servers=%s cannot be read: %s"
              .formatted(config.clients().bootstrapServers(), e.getMessage()),
          e);
    }
    StreamWatch watch = new StreamWatch(config, settings, onRecord, onEmbeddings);
    watch.threads.forEach(Thread::start);
    return watch;
  }

  /** Returns the settings of a consumer with a new group, and of its deserializers. */
  static Map<String, Object> settings(PromptStreamConfig config) {
    Map<String, Object> settings = new HashMap<>(config.clients().consumer());
    settings.putAll(config.serdeProperties());
    settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, "promptstream-playground-" + UUID.randomUUID());
    settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    return settings;
  }

  private static void requireTopics(PromptStreamConfig config, Set<String> found) {
    for (String topic : config.usedTopics()) {
      if (!found.contains(topic)) {
        throw new CommandFailedException(
            "The brokers at bootstrap.servers=%s have no topic %s. Start PromptStream with the same"
                    .formatted(config.clients().bootstrapServers(), topic)
                + " settings first.");
      }
    }
  }

  /** Lets the group begin here, and not where the ends are when it has got its partitions. */
  private static void commitEnds(KafkaConsumer<?, ?> consumer, List<String> topics) {
    Set<TopicPartition> partitions = topics.stream()
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(info -> new TopicPartition(info.topic(), info.partition()))
        .collect(Collectors.toSet());
    Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
    consumer
        .endOffsets(partitions)
        .forEach((partition, end) -> ends.put(partition, new OffsetAndMetadata(end)));
    consumer.commitSync(ends);
  }

  private void repeat(Runnable work) {
    try {
      do {
        try {
          work.run();
        } catch (RuntimeException e) {
          log.warn("The stream cannot be read, trying again: {}", e.toString());
        }
      } while (!closed.await(RETRY_MILLIS, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watchRecords(Consumer<ConsumerRecord<byte[], byte[]>> onRecord) {
    List<String> topics = List.of(config.inputTopic(), config.errorsTopic());
    try (RecordReader reader = new RecordReader(settings, topics)) {
      reader.seekToEnd();
      while (closed.getCount() > 0) {
        reader.poll(onRecord);
      }
    }
  }

  private void watchEmbeddings(Consumer<List<PromptEmbedding>> onEmbeddings) {
    EmbeddingReader.Options defaults = EmbeddingReader.Options.DEFAULT;
    EmbeddingReader.Options options = new EmbeddingReader.Options(
        config.sparseTopic(),
        config.denseTopic(),
        config.modelsTopic(),
        null,
        defaults.maxWaitingBytes(),
        defaults.timeout(),
        defaults.onUnpaired());
    try (EmbeddingReader reader = new EmbeddingReader(settings, options)) {
      while (closed.getCount() > 0) {
        List<PromptEmbedding> embeddings = reader.poll(POLL);
        onEmbeddings.accept(embeddings);
        embeddings.forEach(PromptEmbedding::close);
      }
    }
  }

  @Override
  public void close() {
    closed.countDown();
    for (Thread thread : threads) {
      try {
        thread.join(JOIN_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
