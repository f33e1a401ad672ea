package io.promptstream.topology;

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
  private final EncodingStep step;

  private ProcessorContext<byte[], Output> context;
  private EncodingTask task;

  PromptEncodingProcessor(EncodingStep step) {
    this.step = step;
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    this.context = context;
    task = step.task(context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    RecordMetadata metadata = context.recordMetadata().orElseThrow();
    task.process(
        metadata,
        record.key(),
        record.value(),
        record.headers(),
        record.timestamp(),
        (sparse, dense) -> {
          context.forward(record.withValue(sparse), PromptStreamTopology.SPARSE);
          context.forward(record.withValue(dense), PromptStreamTopology.DENSE);
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
