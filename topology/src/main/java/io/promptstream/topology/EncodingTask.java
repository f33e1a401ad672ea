package io.promptstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.reader.EmbeddingReader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.errors.RecordSize;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.lookahead.WindowedEncoder;
import io.promptstream.topology.metrics.EventMetrics;
import io.promptstream.topology.output.Output;
import io.promptstream.topology.registry.SharedSerdes;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Takes the events of one task all the way to their two records, whatever kind of processor
 * forwards them.
 */
final class EncodingTask implements AutoCloseable {
  /** The header of both outputs whose value is {@code true} if the prompt was clipped. */
  static final String CLIPPED_HEADER = "promptstream.clipped";

  private static final String EVENT = "event";

  private final PromptStreamConfig config;
  private final WindowedEncoder windows;
  private final EventMetrics metrics;
  private final Runnable commit;
  private final Serializer<SparseEmbedding> sparseSerializer;
  private final Serializer<DenseEmbedding> denseSerializer;

  /** Gets the headers of both outputs, the sparse and the dense record. */
  @FunctionalInterface
  interface Forward {
    void accept(Headers headers, Output sparse, Output dense);
  }

  /**
   * Creates the encoding of one task.
   *
   * @param commit requests a commit of the events that are processed
   */
  EncodingTask(
      PromptStreamConfig config,
      WindowedEncoder windows,
      EventMetrics metrics,
      SharedSerdes serdes,
      Runnable commit) {
    this.config = config;
    this.windows = windows;
    this.metrics = metrics;
    this.commit = commit;
    sparseSerializer = serdes.sparseEmbedding().serializer();
    denseSerializer = serdes.denseEmbedding().serializer();
  }

  /**
   * Encodes the event that is being processed.
   *
   * @param metadata the event's partition and offset
   * @param timestamp of the event, in milliseconds since 1970
   * @param forward is not called if the event is rejected or the encoding fails
   * @throws RejectedEventException if the event can never be encoded
   */
  void process(
      RecordMetadata metadata,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      long timestamp,
      Forward forward) {
    try {
      encode(metadata, key, value, headers, forward);
      metrics.encoded(timestamp);
    } catch (RejectedEventException e) {
      metrics.rejected(e.code());
      throw e;
    } catch (RuntimeException | Error e) {
      // Until the task is closed, the thread's log lines say which event it was processing.
      MDC.put(EVENT, position(metadata));
      throw e;
    } finally {
      if (windows.awaitsRegistry()) {
        // Kafka Streams commits between events only: what is done must not wait with the next one.
        commit.run();
      }
    }
  }

  private static String position(RecordMetadata at) {
    return "%s-%d@%d".formatted(at.topic(), at.partition(), at.offset());
  }

  private void encode(
      RecordMetadata metadata,
      byte @Nullable [] key,
      byte @Nullable [] value,
      Headers headers,
      Forward forward) {
    checkHeaders(metadata.offset(), value, headers);
    EncodedEvent event = windows.encode(metadata.offset(), value);
    byte[] sparse =
        sparseSerializer.serialize(config.sparseTopic(), EmbeddingRecordBuilder.sparse(event));
    byte[] dense =
        denseSerializer.serialize(config.denseTopic(), EmbeddingRecordBuilder.dense(event));
    Headers outputHeaders = outputHeaders(headers, metadata.offset(), event.clipped());
    checkSize("sparse", key, sparse, outputHeaders);
    checkSize("dense", key, dense, outputHeaders);
    // Nothing below this line may reject the event: a throw after a forward leaves half a result.
    int partition = metadata.partition();
    forward.accept(outputHeaders, new Output(partition, sparse), new Output(partition, dense));
  }

  /** Replaces our headers: an event that was an output before already has them. */
  private static Headers outputHeaders(Headers headers, long offset, boolean clipped) {
    Headers all = new RecordHeaders(headers)
        .remove(EmbeddingReader.OFFSET_HEADER)
        .remove(CLIPPED_HEADER)
        .add(EmbeddingReader.OFFSET_HEADER, Long.toString(offset).getBytes(UTF_8));
    return clipped ? all.add(CLIPPED_HEADER, "true".getBytes(UTF_8)) : all;
  }

  private void checkHeaders(long offset, byte @Nullable [] value, Headers headers) {
    try {
      RecordSize.requireFewHeaders(config.maxHeaders(), headers);
    } catch (RejectedEventException e) {
      windows.skip(offset, value);
      throw e;
    }
  }

  private void checkSize(String name, byte @Nullable [] key, byte[] value, Headers headers) {
    RecordSize.requireAtMost(config.maxRequestSize(), name, key, value, headers);
  }

  @Override
  public void close() {
    MDC.remove(EVENT);
    windows.close();
  }
}
