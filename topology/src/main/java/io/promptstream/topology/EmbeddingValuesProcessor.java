package io.promptstream.topology;

import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Does in a topology of the DSL what {@link PromptEncodingProcessor} does in ours.
 *
 * <p>Kafka Streams knows of this kind of processor that it keeps the keys: it does not repartition
 * the embeddings before a join or an aggregation.
 */
final class EmbeddingValuesProcessor implements FixedKeyProcessor<byte[], byte[], byte[]> {
  private final EncodingStep step;
  private final String sparseChild;
  private final String denseChild;

  private FixedKeyProcessorContext<byte[], byte[]> context;
  private EncodingTask task;

  EmbeddingValuesProcessor(EncodingStep step, String sparseChild, String denseChild) {
    this.step = step;
    this.sparseChild = sparseChild;
    this.denseChild = denseChild;
  }

  @Override
  public void init(FixedKeyProcessorContext<byte[], byte[]> context) {
    this.context = context;
    task = step.task(context);
  }

  @Override
  public void process(FixedKeyRecord<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    task.process(
        metadata,
        record.key(),
        record.value(),
        record.headers(),
        record.timestamp(),
        (headers, sparse, dense) -> {
          context.forward(record.withValue(sparse.value()).withHeaders(headers), sparseChild);
          context.forward(record.withValue(dense.value()).withHeaders(headers), denseChild);
        });
  }

  @Override
  public void close() {
    // Kafka Streams also closes a processor whose init failed.
    if (task != null) {
      task.close();
    }
  }
}
