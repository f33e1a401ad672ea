package io.promptstream.topology;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RecordSize;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.lookahead.WindowedEncoder;
import io.promptstream.topology.registry.SharedSerdes;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Encodes an event and forwards its two records, or throws and forwards nothing.
 *
 * <p>Keys are opaque bytes. Key, timestamp and headers pass through unchanged.
 */
final class PromptEncodingProcessor implements Processor<byte[], byte[], byte[], Output> {
  private final PromptStreamConfig config;
  private final LookAhead lookAhead;
  private final EventEncoder encoder;
  private final Serializer<SparseEmbedding> sparseSerializer;
  private final Serializer<DenseEmbedding> denseSerializer;

  private ProcessorContext<byte[], Output> context;
  private WindowedEncoder windows;

  /**
   * Creates a processor. The arguments belong to the caller; the processors of all tasks share
   * them.
   */
  PromptEncodingProcessor(
      PromptStreamConfig config, LookAhead lookAhead, EventEncoder encoder, SharedSerdes serdes) {
    this.config = config;
    this.lookAhead = lookAhead;
    this.encoder = encoder;
    sparseSerializer = serdes.sparseEmbedding().serializer();
    denseSerializer = serdes.denseEmbedding().serializer();
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    this.context = context;
    windows = lookAhead.windows(encoder, context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    try {
      encode(record);
    } finally {
      if (windows.awaitsRegistry()) {
        // Kafka Streams commits only between events: results must not wait for the next event.
        context.commit();
      }
    }
  }

  private void encode(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    checkHeaders(metadata.offset(), record);
    EncodedEvent event = windows.encode(metadata.offset(), record.value());
    byte[] sparse =
        sparseSerializer.serialize(config.sparseTopic(), EmbeddingRecords.sparse(event));
    byte[] dense = denseSerializer.serialize(config.denseTopic(), EmbeddingRecords.dense(event));
    checkSize("sparse", record, sparse);
    checkSize("dense", record, dense);
    // Do not reject the event below this line: consumers would see half of its result.
    int partition = metadata.partition();
    context.forward(record.withValue(new Output(partition, sparse)), PromptStreamTopology.SPARSE);
    context.forward(record.withValue(new Output(partition, dense)), PromptStreamTopology.DENSE);
  }

  /** Runs before all other work on an event, because that work iterates over the headers again. */
  private void checkHeaders(long offset, Record<byte[], byte[]> event) {
    int count = 0;
    for (Header unused : event.headers()) {
      count++;
    }
    if (count > config.maxHeaders()) {
      windows.skip(offset, event.value());
      throw new RejectedEventException(
          ErrorCode.TOO_MANY_HEADERS,
          "The event has %d headers, at most %d are allowed".formatted(count, config.maxHeaders()));
    }
  }

  /** Rejects an event with a record that is too large: under exactly-once, sending it is fatal. */
  private void checkSize(String name, Record<byte[], byte[]> event, byte[] value) {
    long size = RecordSize.upperBound(event.key(), value, event.headers());
    if (size > config.maxRequestSize()) {
      throw new RejectedEventException(
          ErrorCode.RESULT_TOO_LARGE,
          "The %s record would have %d bytes with key and headers, at most %d can be sent"
              .formatted(name, size, config.maxRequestSize()));
    }
  }

  @Override
  public void close() {
    // Kafka Streams also closes a processor whose init failed.
    if (windows != null) {
      windows.close();
    }
  }
}
