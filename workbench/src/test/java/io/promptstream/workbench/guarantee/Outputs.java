package io.promptstream.workbench.guarantee;

import static org.awaitility.Awaitility.await;

import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.guarantee.Event.Sighting;
import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.Services;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the output topics from the beginning on a separate thread, checks the committed records and
 * adds them to the ledger.
 */
public final class Outputs implements AutoCloseable {
  private final Ledger ledger;
  private final Comparison comparison;
  private final RecordReader reader;
  private final Map<String, Channel> channels;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> positions = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> recordEnds = new ConcurrentHashMap<>();
  private final CompletableFuture<@Nullable Void> reading;
  private volatile boolean stopped;

  /**
   * Starts to read.
   *
   * @param modelId the model whose results are expected
   * @param input the topic of the events: prompts, or the actions that lead to them
   */
  public Outputs(
      Ledger ledger, String modelId, Services services, TopicNames topics, String input) {
    this.ledger = ledger;
    comparison = new Comparison(modelId, input, services.registryUrl());
    channels = new HashMap<>(Map.of(
        topics.sparse(), Channel.SPARSE,
        topics.dense(), Channel.DENSE,
        topics.errors(), Channel.ERRORS));
    if (input.equals(topics.actions())) {
      channels.put(topics.input(), Channel.PROMPTS);
    }
    reader = new RecordReader(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            services.bootstrapServers(),
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            2_000),
        channels.keySet());
    partitions = List.copyOf(reader.partitions());
    reading = CompletableFuture.runAsync(this::read, task -> new Thread(task, "outputs").start());
  }

  private void read() {
    while (!stopped) {
      reader.poll(this::see);
      partitions.forEach(partition -> positions.put(partition, reader.position(partition)));
    }
  }

  private void see(ConsumerRecord<byte[], byte[]> record) {
    recordEnds.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    Channel channel = channels.get(record.topic());
    OptionalLong number = RecordReader.number(record);
    Event event = number.isPresent() ? ledger.event(number.getAsLong()) : null;
    if (event == null || channel == null) {
      ledger.wrong("%s belongs to no event that was sent".formatted(name(record)));
      return;
    }
    comparison
        .difference(event, channel, record)
        .map(what -> "%s of %s %s".formatted(name(record), event, what))
        .ifPresent(channel == Channel.PROMPTS ? ledger::wrongPrompt : ledger::wrong);
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
    return partitions;
  }

  /**
   * Waits until all partitions are read up to these offsets.
   *
   * @return the partitions that were not read in time
   * @throws java.util.concurrent.CompletionException if reading failed
   */
  public List<TopicPartition> awaitRead(Map<TopicPartition, Long> ends, Duration timeout) {
    try {
      await().atMost(timeout).until(() -> reading.isDone() || behind(ends).isEmpty());
      if (reading.isDone()) {
        reading.join();
      }
    } catch (ConditionTimeoutException e) {
      // Reports the partitions.
    }
    return behind(ends);
  }

  /**
   * Returns whether partitions are read to their ends, and committed after the last record, which a
   * marker of a transaction may follow.
   */
  public boolean isProcessed(Map<TopicPartition, Long> ends, Map<TopicPartition, Long> committed) {
    return ends.entrySet().stream()
        .allMatch(end -> positions.getOrDefault(end.getKey(), 0L) >= end.getValue()
            && committed.getOrDefault(end.getKey(), 0L)
                >= recordEnds.getOrDefault(end.getKey(), 0L));
  }

  private List<TopicPartition> behind(Map<TopicPartition, Long> ends) {
    return partitions.stream()
        .filter(
            partition -> positions.getOrDefault(partition, 0L) < ends.getOrDefault(partition, 0L))
        .toList();
  }

  @Override
  public void close() {
    stopped = true;
    reading.exceptionally(failure -> null).join();
    reader.close();
    comparison.close();
  }
}
