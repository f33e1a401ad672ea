package io.promptstream.workbench.guarantee;

import io.promptstream.encoder.Closeables;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.Event.Sighting;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output topics from their beginning on a separate thread, checks the records and adds
 * them to the ledger; with exactly-once it reads only committed records.
 */
public final class Outputs implements AutoCloseable {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);
  private static final long POLL_MILLIS = 50;

  private final Ledger ledger;
  private final Comparison comparison;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Channel> channels = new HashMap<>();
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "outputs");
  private volatile boolean stopped;

  /**
   * What to read.
   *
   * @param bootstrapServers the broker's address
   * @param registryUrl the registry's address
   * @param topics the application's topics
   * @param partitions number of partitions of each output topic
   * @param guarantee {@code processing.guarantee} of the application
   */
  public record Source(
      String bootstrapServers,
      String registryUrl,
      TopicNames topics,
      int partitions,
      Guarantee guarantee) {}

  /**
   * Creates a reader; call {@link #start} to read.
   *
   * @param modelId the model whose results are expected
   */
  public Outputs(Ledger ledger, String modelId, Source source) {
    this.ledger = ledger;
    comparison = new Comparison(modelId, source.topics().input(), source.registryUrl());
    String isolation =
        source.guarantee() == Guarantee.EXACTLY_ONCE_V2 ? "read_committed" : "read_uncommitted";
    consumer = new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            source.bootstrapServers(),
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            isolation,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            2_000,
            ConsumerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            500),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
    for (Channel channel : Channel.values()) {
      for (int partition = 0; partition < source.partitions(); partition++) {
        channels.put(new TopicPartition(channel.topic(source.topics()), partition), channel);
      }
    }
    consumer.assign(channels.keySet());
    consumer.seekToBeginning(channels.keySet());
  }

  /** Starts reading. */
  public void start() {
    thread.start();
  }

  private void run() {
    try {
      while (!stopped) {
        consumer.poll(POLL_TIMEOUT).forEach(this::see);
        channels
            .keySet()
            .forEach(partition -> positions.put(partition, consumer.position(partition)));
      }
    } catch (WakeupException e) {
      // Stopped.
    } catch (RuntimeException e) {
      failure.set(e);
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    Channel channel = channels.get(new TopicPartition(record.topic(), record.partition()));
    Header number = record.headers().lastHeader(EventLoad.NUMBER);
    Event event =
        number == null ? null : ledger.event(ByteBuffer.wrap(number.value()).getLong());
    if (event == null || channel == null) {
      ledger.wrong("%s belongs to no event that was sent".formatted(name(record)));
      return;
    }
    comparison
        .difference(event, channel, record)
        .ifPresent(what -> ledger.wrong("%s of %s %s".formatted(name(record), event, what)));
    // Also count a wrong record.
    ledger.seen(
        event,
        new Sighting(channel, record.partition(), record.offset(), Comparison.source(record)));
  }

  private static String name(ConsumerRecord<byte[], byte[]> record) {
    return "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
  }

  /** Returns the partitions to read. */
  public List<TopicPartition> partitions() {
    return new ArrayList<>(channels.keySet());
  }

  /**
   * Waits until all partitions are read up to these offsets.
   *
   * @return the partitions that were not read in time
   * @throws IllegalStateException if reading failed
   */
  public List<TopicPartition> awaitRead(Map<TopicPartition, Long> ends, Duration timeout)
      throws InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      RuntimeException thrown = failure.get();
      if (thrown != null) {
        throw new IllegalStateException("The outputs cannot be read", thrown);
      }
      List<TopicPartition> behind = new ArrayList<>();
      ends.forEach((partition, end) -> {
        if (positions.getOrDefault(partition, 0L) < end) {
          behind.add(partition);
        }
      });
      if (behind.isEmpty() || System.nanoTime() > deadline) {
        return behind;
      }
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
    }
  }

  @Override
  public void close() {
    stopped = true;
    consumer.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Closeables.closeAll(List.of(consumer, comparison));
  }
}
