package io.promptstream.workbench.services;

import io.promptstream.application.cli.CommandFailedException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends records without waiting for each, and reports the first failure when it is flushed. */
public final class RecordSender implements AutoCloseable {
  /** Header with the number of an event; outputs keep the headers of their event. */
  static final String NUMBER = "workbench.number";

  private static final int MAX_REQUEST_SIZE = 32 << 20;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  /** Connects with these settings, which include the brokers' addresses. */
  public RecordSender(Map<String, ?> settings) {
    Map<String, Object> all = new HashMap<>();
    all.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_REQUEST_SIZE);
    all.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    all.putAll(settings);
    producer = new KafkaProducer<>(all, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Returns the header with the number of an event. */
  public static Header number(long number) {
    return new RecordHeader(
        NUMBER, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
  }

  /** Sends a record. */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return send(record, metadata -> {});
  }

  /**
   * Sends a record.
   *
   * @param acknowledged called on the producer's thread when the broker has acknowledged it
   */
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, Consumer<RecordMetadata> acknowledged) {
    return producer.send(record, (metadata, thrown) -> {
      if (thrown == null) {
        acknowledged.accept(metadata);
      } else {
        failure.compareAndSet(null, thrown);
      }
    });
  }

  /**
   * Waits until the broker has acknowledged all records.
   *
   * @throws CommandFailedException if sending one failed
   */
  public void flush() {
    producer.flush();
    Exception thrown = failure.get();
    if (thrown != null) {
      throw new CommandFailedException("An event cannot be sent: " + thrown.getMessage(), thrown);
    }
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
