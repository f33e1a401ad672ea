package io.promptstream.topology;

import io.promptstream.topology.output.Output;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Encodes an event and forwards its two records, or throws and forwards nothing.
 *
 * <p>Keys are opaque bytes. Key and timestamp pass through unchanged; the headers get the event's
 * offset.
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
        (headers, sparse, dense) -> {
          context.forward(output(record, headers, sparse), PromptStreamTopology.SPARSE);
          context.forward(output(record, headers, dense), PromptStreamTopology.DENSE);
        });
  }

  private static Record<byte[], Output> output(
      Record<byte[], byte[]> event, Headers headers, Output value) {
    return new Record<>(event.key(), value, event.timestamp(), headers);
  }

  @Override
  public void close() {
    // Kafka Streams also closes a processor whose init failed.
    if (task != null) {
      task.close();
    }
  }
}
