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
import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.RecordSender;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;

/**
 * Sends one prompt at a time and waits for its result, like a user who clicks and waits.
 *
 * <p>A header with a number matches results to events, because prompt ids need not be unique.
 */
final class DemoClient implements AutoCloseable {
  private static final double NANOS_PER_MILLI = 1e6;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final PromptStreamConfig config;
  private final Serde<PromptEvent> events;
  private final Serde<SparseEmbedding> sparseEmbeddings;
  private final Serde<DenseEmbedding> denseEmbeddings;
  private final RecordSender sender;
  private final RecordReader reader;
  private final Map<String, Long> records = new HashMap<>();
  private long sent;

  DemoClient(PromptStreamConfig config, String bootstrapServers) {
    this.config = config;
    Map<String, ?> registry = config.serdeProperties();
    events = AvroSerdes.promptEvent(registry);
    sparseEmbeddings = AvroSerdes.sparseEmbedding(registry);
    denseEmbeddings = AvroSerdes.denseEmbedding(registry);
    Map<String, String> servers =
        Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    sender = new RecordSender(servers);
    reader = new RecordReader(
        servers, List.of(config.sparseTopic(), config.denseTopic(), config.errorsTopic()));
  }

  /**
   * Sends an event and waits for its result.
   *
   * @throws IllegalStateException if it cannot be sent, or has no result within 30 s
   */
  PromptOutcome send(PromptEvent event) throws InterruptedException {
    long number = sent++;
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

  private void produce(PromptEvent event, long number, byte[] value) throws InterruptedException {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(config.inputTopic(), event.getImageId().getBytes(UTF_8), value);
    record.headers().add(RecordSender.number(number));
    try {
      sender.send(record).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(
          "Prompt %s cannot be sent: %s".formatted(event.getPromptId(), e.getCause()), e);
    }
  }

  /** Polls once and returns the records of the event with this number. */
  private List<ConsumerRecord<byte[], byte[]>> answers(PromptEvent event, long number, long start) {
    if (System.nanoTime() - start > TIMEOUT.toNanos()) {
      throw new IllegalStateException("Prompt %s has no result within %d s"
          .formatted(event.getPromptId(), TIMEOUT.toSeconds()));
    }
    List<ConsumerRecord<byte[], byte[]>> answers = new ArrayList<>();
    reader.poll(output -> {
      records.merge(output.topic(), 1L, Long::sum);
      if (RecordReader.number(output).equals(OptionalLong.of(number))) {
        answers.add(output);
      }
    });
    return answers;
  }

  private static PromptFailure failure(PromptEvent event, ConsumerRecord<byte[], byte[]> error) {
    return new PromptFailure(
        event.getPromptId(),
        String.valueOf(RecordReader.header(error, ErrorHeaders.CODE)),
        String.valueOf(RecordReader.header(error, ErrorHeaders.MESSAGE)));
  }

  /** Counts all records in the topics, including any that match no prompt. */
  RecordCounts counts() {
    reader.readToEnd(output -> records.merge(output.topic(), 1L, Long::sum));
    return new RecordCounts(
        sent,
        records.getOrDefault(config.sparseTopic(), 0L),
        records.getOrDefault(config.denseTopic(), 0L),
        records.getOrDefault(config.errorsTopic(), 0L));
  }

  @Override
  public void close() {
    Closeables.closeAll(List.of(sender, reader, events, sparseEmbeddings, denseEmbeddings));
  }
}
