package io.promptstream.workbench.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.report.PromptFailure;
import io.promptstream.workbench.report.PromptOutcome;
import io.promptstream.workbench.report.PromptResult;
import io.promptstream.workbench.report.RecordCounts;
import io.promptstream.workbench.report.RecordSizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Sends one prompt at a time and waits for its result, like a user who clicks and waits.
 *
 * <p>A header with a number matches results to events, because prompt ids need not be unique.
 */
final class DemoClient implements AutoCloseable {
  private static final String NUMBER = "demo.number";
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final PromptStreamConfig config;
  private final Serde<PromptEvent> events;
  private final Serde<SparseEmbedding> sparseEmbeddings;
  private final Serde<DenseEmbedding> denseEmbeddings;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Long> records = new HashMap<>();
  private long sent;

  DemoClient(PromptStreamConfig config, String bootstrapServers) {
    this.config = config;
    Map<String, ?> registry = config.serdeProperties();
    events = AvroSerdes.promptEvent(registry);
    sparseEmbeddings = AvroSerdes.sparseEmbedding(registry);
    denseEmbeddings = AvroSerdes.denseEmbedding(registry);
    producer = new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            config.maxRequestSize()),
        new ByteArraySerializer(),
        new ByteArraySerializer());
    consumer = new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed"),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
    List<TopicPartition> partitions = Stream.of(
            config.sparseTopic(), config.denseTopic(), config.errorsTopic())
        .flatMap(topic -> consumer.partitionsFor(topic).stream())
        .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
        .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /**
   * Sends an event and waits for its result.
   *
   * @throws IllegalStateException if it cannot be sent, or has no result within 30 s
   */
  PromptOutcome send(PromptEvent event) throws InterruptedException {
    String number = Long.toString(sent++);
    byte[] value = events.serializer().serialize(config.inputTopic(), event);
    long start = System.nanoTime();
    produce(event, number, value);
    ConsumerRecord<byte[], byte[]> sparse = null;
    ConsumerRecord<byte[], byte[]> dense = null;
    while (sparse == null || dense == null) {
      for (ConsumerRecord<byte[], byte[]> output : answers(event, number, start)) {
        if (output.topic().equals(config.errorsTopic())) {
          return failure(event, output);
        }
        if (output.topic().equals(config.sparseTopic())) {
          sparse = output;
        } else {
          dense = output;
        }
      }
    }
    double millis = (System.nanoTime() - start) / NANOS_PER_MILLI;
    return new PromptResult(
        event,
        sparseEmbeddings.deserializer().deserialize(sparse.topic(), sparse.value()),
        denseEmbeddings.deserializer().deserialize(dense.topic(), dense.value()),
        new RecordSizes(value.length, sparse.value().length, dense.value().length),
        millis);
  }

  private void produce(PromptEvent event, String number, byte[] value) throws InterruptedException {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(config.inputTopic(), event.getImageId().getBytes(UTF_8), value);
    record.headers().add(NUMBER, number.getBytes(UTF_8));
    try {
      producer.send(record).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Prompt %s cannot be sent: %s".formatted(event.getPromptId(), e.getCause()), e);
    }
  }

  /** Polls once and returns the records of the event with this number. */
  private List<ConsumerRecord<byte[], byte[]>> answers(
      PromptEvent event, String number, long start) {
    if (System.nanoTime() - start > TIMEOUT.toNanos()) {
      throw new IllegalStateException("Prompt %s has no result within %d s"
          .formatted(event.getPromptId(), TIMEOUT.toSeconds()));
    }
    List<ConsumerRecord<byte[], byte[]>> answers = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> output : consumer.poll(Duration.ofMillis(100))) {
      records.merge(output.topic(), 1L, Long::sum);
      if (number.equals(header(output, NUMBER))) {
        answers.add(output);
      }
    }
    return answers;
  }

  private static PromptFailure failure(PromptEvent event, ConsumerRecord<byte[], byte[]> error) {
    return new PromptFailure(
        event.getPromptId(),
        String.valueOf(header(error, ErrorHeaders.CODE)),
        String.valueOf(header(error, ErrorHeaders.MESSAGE)));
  }

  private static @Nullable String header(ConsumerRecord<?, ?> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null ? null : new String(header.value(), UTF_8);
  }

  /** Counts all records in the topics, including any that match no prompt. */
  RecordCounts counts() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer
          .poll(Duration.ofMillis(100))
          .forEach(output -> records.merge(output.topic(), 1L, Long::sum));
    }
    return new RecordCounts(
        sent,
        records.getOrDefault(config.sparseTopic(), 0L),
        records.getOrDefault(config.denseTopic(), 0L),
        records.getOrDefault(config.errorsTopic(), 0L));
  }

  @Override
  public void close() {
    Closeables.closeAll(List.of(producer, consumer, events, sparseEmbeddings, denseEmbeddings));
  }
}
