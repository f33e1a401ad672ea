package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.services.RecordSender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends events and reads all their results with Confluent's serializer and deserializer, without
 * code of the application.
 */
final class PipelineClient implements AutoCloseable {
  private final PromptStreamConfig config;
  private final RecordSender sender;
  private final KafkaAvroSerializer serializer = new KafkaAvroSerializer();
  private final KafkaAvroDeserializer deserializer = new KafkaAvroDeserializer();
  private final TopicReader sparse;
  private final TopicReader dense;
  private final TopicReader errors;

  PipelineClient(LocalPipeline pipeline) {
    this(pipeline.config(), pipeline.bootstrapServers(), pipeline.registryUrl());
  }

  PipelineClient(PromptStreamConfig config, String servers, String registryUrl) {
    this(
        config,
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers),
        Map.of("schema.registry.url", registryUrl));
  }

  /** Creates a client with these settings for brokers and registry. */
  PipelineClient(
      PromptStreamConfig config, Map<String, String> brokers, Map<String, String> registryClient) {
    this.config = config;
    Map<String, Object> sending = new HashMap<>(brokers);
    sending.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "gzip");
    sender = new RecordSender(sending);
    TrustedRecords.add();
    Map<String, Object> registry = new HashMap<>(registryClient);
    registry.put("specific.avro.reader", true);
    serializer.configure(registry, false);
    deserializer.configure(registry, false);
    sparse = new TopicReader(brokers, config.sparseTopic());
    dense = new TopicReader(brokers, config.denseTopic());
    errors = new TopicReader(brokers, config.errorsTopic());
  }

  /**
   * The results of events, in the order of their prompt ids.
   *
   * @param sparse by prompt id
   * @param dense by prompt id
   * @param errors in no order
   */
  record Results(
      Map<String, ConsumerRecord<byte[], byte[]>> sparse,
      Map<String, ConsumerRecord<byte[], byte[]>> dense,
      List<ConsumerRecord<byte[], byte[]>> errors) {}

  byte[] serialize(PromptEvent event) {
    return serializer.serialize(config.inputTopic(), event);
  }

  SparseEmbedding sparse(ConsumerRecord<byte[], byte[]> record) {
    return (SparseEmbedding) deserializer.deserialize(record.topic(), record.value());
  }

  DenseEmbedding dense(ConsumerRecord<byte[], byte[]> record) {
    return (DenseEmbedding) deserializer.deserialize(record.topic(), record.value());
  }

  /** Sends a value keyed by image id and waits until the broker acknowledges it. */
  RecordMetadata send(String key, byte @Nullable [] value) {
    return send(key, value, List.of(new RecordHeader("trace", key.getBytes(UTF_8))));
  }

  /** Like {@link #send(String, byte[])}, with these headers. */
  RecordMetadata send(String key, byte @Nullable [] value, List<Header> headers) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(config.inputTopic(), null, key.getBytes(UTF_8), value, headers);
    try {
      return sender.send(record).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  RecordMetadata send(PromptEvent event) {
    return send(event.getImageId(), serialize(event));
  }

  /** Reads exactly this many embeddings and errors, and fails if there are fewer or more. */
  Results read(int embeddings, int rejected) {
    Map<String, ConsumerRecord<byte[], byte[]>> sparseById = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : sparse.read(embeddings)) {
      assertThat(sparseById.put(sparse(record).getPromptId(), record)).isNull();
    }
    Map<String, ConsumerRecord<byte[], byte[]>> denseById = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : dense.read(embeddings)) {
      assertThat(denseById.put(dense(record).getPromptId(), record)).isNull();
    }
    List<ConsumerRecord<byte[], byte[]>> refused = errors.read(rejected);
    sparse.assertNoMore();
    dense.assertNoMore();
    errors.assertNoMore();
    return new Results(sparseById, denseById, refused);
  }

  void assertNoErrors() {
    errors.assertNoMore();
  }

  static String code(ConsumerRecord<?, ?> error) {
    return header(error, ErrorHeaders.CODE);
  }

  static String header(ConsumerRecord<?, ?> record, String name) {
    List<Header> headers = new ArrayList<>();
    record.headers().headers(name).forEach(headers::add);
    assertThat(headers).as("header %s", name).hasSize(1);
    return new String(headers.get(0).value(), UTF_8);
  }

  @Override
  public void close() {
    sparse.close();
    dense.close();
    errors.close();
    sender.close();
    serializer.close();
    deserializer.close();
  }
}
