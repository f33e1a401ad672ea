package io.promptstream.application.cli;

import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.topology.errors.ErrorHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serde;

/** Describes a record of an output topic in one line. */
final class WatchLines implements AutoCloseable {
  private final TopicNames topics;
  private final Serde<SparseEmbedding> sparse;
  private final Serde<DenseEmbedding> dense;
  private final long since;

  /**
   * Creates the serdes that read records.
   *
   * @param since when watching began, in milliseconds since 1970; the latency of older events is
   *     not known
   */
  WatchLines(TopicNames topics, Map<String, String> serdeSettings, long since) {
    this.topics = topics;
    this.sparse = AvroSerdes.sparseEmbedding(serdeSettings);
    this.dense = AvroSerdes.denseEmbedding(serdeSettings);
    this.since = since;
  }

  /**
   * Describes a record.
   *
   * @param now when it was received, in milliseconds since 1970
   */
  String describe(ConsumerRecord<byte[], byte[]> record, long now) {
    String what;
    try {
      if (record.topic().equals(topics.sparse())) {
        what = sparse(record);
      } else if (record.topic().equals(topics.dense())) {
        what = dense(record);
      } else {
        what = error(record);
      }
    } catch (KafkaException e) {
      what = "%s cannot be read: %s".formatted(record.topic(), e.getMessage());
    }
    return TerminalText.of("%d/%d %s %d B %s"
        .formatted(
            record.partition(),
            record.offset(),
            what,
            Math.max(0, record.serializedValueSize()),
            latency(record, now)));
  }

  private String sparse(ConsumerRecord<byte[], byte[]> record) {
    SparseEmbedding embedding = sparse.deserializer().deserialize(record.topic(), record.value());
    if (embedding == null) {
      return "sparse without a value";
    }
    int tokens = embedding.getEmbedding().getShape().stream().findFirst().orElse(0);
    return "sparse prompt=%s image=%s tokens=%d"
        .formatted(embedding.getPromptId(), embedding.getImageId(), tokens);
  }

  private String dense(ConsumerRecord<byte[], byte[]> record) {
    DenseEmbedding embedding = dense.deserializer().deserialize(record.topic(), record.value());
    if (embedding == null) {
      return "dense without a value";
    }
    return "dense prompt=%s image=%s encoding=%s"
        .formatted(embedding.getPromptId(), embedding.getImageId(), embedding.getEncoding());
  }

  private static String error(ConsumerRecord<byte[], byte[]> record) {
    String key = record.key() == null ? "none" : new String(record.key(), StandardCharsets.UTF_8);
    return "error %s key=%s event=%s/%s: %s"
        .formatted(
            header(record, ErrorHeaders.CODE),
            key,
            header(record, ErrorHeaders.PARTITION),
            header(record, ErrorHeaders.OFFSET),
            header(record, ErrorHeaders.MESSAGE));
  }

  private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? "?"
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Returns the time since the event: outputs keep the timestamp of their event. */
  private String latency(ConsumerRecord<byte[], byte[]> record, long now) {
    boolean known =
        record.timestampType() == TimestampType.CREATE_TIME && record.timestamp() >= since;
    return known ? "%d ms".formatted(now - record.timestamp()) : "- ms";
  }

  @Override
  public void close() {
    Closeables.closeAll(List.of(sparse, dense));
  }
}
