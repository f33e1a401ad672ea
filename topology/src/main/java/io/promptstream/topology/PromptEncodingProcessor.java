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
 * Takes an event all the way to its two records and forwards both, or throws and forwards nothing.
 *
 * <p>Keys are opaque bytes; key, timestamp and headers pass through.
 */
final class PromptEncodingProcessor implements Processor<byte[], byte[], byte[], Output> {
  private final PromptStreamConfig config;
  private final LookAhead lookAhead;
  private final EventEncoder encoder;
  private final Serializer<SparseEmbedding> sparseSerializer;
  private final Serializer<DenseEmbedding> denseSerializer;

  private ProcessorContext<byte[], Output> context;
  private WindowedEncoder windows;

  /** Everything that is given stays the caller's, shared by the processors of all tasks. */
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
        // Kafka Streams commits between events only: what is done must not wait with the next one.
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
    // Nothing below this line may reject the event: a throw after a forward leaves half a result.
    int partition = metadata.partition();
    context.forward(record.withValue(new Output(partition, sparse)), PromptStreamTopology.SPARSE);
    context.forward(record.withValue(new Output(partition, dense)), PromptStreamTopology.DENSE);
  }

  /** Comes before all other work on an event, some of which walks through the headers again. */
  private void checkHeaders(long offset, Record<byte[], byte[]> event) {
    int count = 0;
    for (Header unused : event.headers()) {
      count++;
    }
    if (count > config.maxHeaders()) {
      windows.skip(offset, event.value());
      throw new RejectedEventException(
          ErrorCode.TOO_MANY_HEADERS,
          "The event has %d headers, at most %d are taken".formatted(count, config.maxHeaders()));
    }
  }

  /** Under exactly-once a too large record is fatal when it is sent: it must be found before. */
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
