package io.promptstream.topology;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RecordSize;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.lookahead.WindowedEncoder;
import io.promptstream.topology.output.Output;
import io.promptstream.topology.registry.SharedSerdes;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The encoding processor with a deliberate defect that shows only under faults, which the harness
 * must detect.
 */
public final class DefectiveProcessor implements Processor<byte[], byte[], byte[], Output> {
  private static final int WINDOW = 16;

  private final PromptStreamConfig config;
  private final LookAhead lookAhead;
  private final EventEncoder encoder;
  private final SharedSerdes serdes;
  private final Defect defect;
  private final List<Runnable> buffer = new ArrayList<>();

  private ProcessorContext<byte[], Output> context;
  private WindowedEncoder windows;
  private boolean started;
  private int left;

  /** The kinds of defects. */
  public enum Defect {
    /** Records are buffered while their offsets are committed. */
    BUFFERS_ACROSS_A_COMMIT,
    /** After a rebalance, a task treats its predecessor's window as done. */
    DROPS_A_WINDOW_ON_A_REBALANCE,
    /** The sparse record is forwarded before the size of the dense one is checked. */
    FORWARDS_BEFORE_CHECKING_THE_SIZE
  }

  private DefectiveProcessor(
      PromptStreamConfig config,
      LookAhead lookAhead,
      EventEncoder encoder,
      SharedSerdes serdes,
      Defect defect) {
    this.config = config;
    this.lookAhead = lookAhead;
    this.encoder = encoder;
    this.serdes = serdes;
    this.defect = defect;
  }

  /** Returns the stream with a defect. */
  public static KafkaStreams streams(PromptStreamConfig config, Models models, Defect defect) {
    LookAhead lookAhead = LookAhead.of(config);
    Properties properties = config.streamsProperties();
    lookAhead.install(properties);
    // Ends with the process.
    SharedSerdes serdes = SharedSerdes.of(config);
    EventEncoder encoder = EventEncoder.of(config, models, serdes);
    return new KafkaStreams(
        PromptStreamTopology.build(
            config, () -> new DefectiveProcessor(config, lookAhead, encoder, serdes, defect)),
        properties);
  }

  @Override
  public void init(ProcessorContext<byte[], Output> context) {
    this.context = context;
    windows = lookAhead.windows(encoder, context);
  }

  @Override
  public void process(Record<byte[], byte[]> record) {
    long offset = context.recordMetadata().orElseThrow().offset();
    if (!started) {
      started = true;
      left = offset > 0 ? WINDOW : 0;
    }
    if (defect == Defect.DROPS_A_WINDOW_ON_A_REBALANCE && left-- > 0) {
      return;
    }
    EncodedEvent event = windows.encode(offset, record.value());
    byte[] sparse = serdes
        .sparseEmbedding()
        .serializer()
        .serialize(config.sparseTopic(), EmbeddingRecordBuilder.sparse(event));
    byte[] dense = serdes
        .denseEmbedding()
        .serializer()
        .serialize(config.denseTopic(), EmbeddingRecordBuilder.dense(event));
    if (defect == Defect.FORWARDS_BEFORE_CHECKING_THE_SIZE) {
      forward(record, PromptStreamTopology.SPARSE, sparse);
      checkSize(record, dense);
      forward(record, PromptStreamTopology.DENSE, dense);
      return;
    }
    checkSize(record, dense);
    int partition = context.recordMetadata().orElseThrow().partition();
    buffer.add(() -> {
      context.forward(record.withValue(new Output(partition, sparse)), PromptStreamTopology.SPARSE);
      context.forward(record.withValue(new Output(partition, dense)), PromptStreamTopology.DENSE);
    });
    if (defect != Defect.BUFFERS_ACROSS_A_COMMIT || buffer.size() == WINDOW) {
      buffer.forEach(Runnable::run);
      buffer.clear();
    }
  }

  private void forward(Record<byte[], byte[]> record, String sink, byte[] value) {
    int partition = context.recordMetadata().orElseThrow().partition();
    context.forward(record.withValue(new Output(partition, value)), sink);
  }

  private void checkSize(Record<byte[], byte[]> event, byte[] value) {
    long size = RecordSize.upperBound(event.key(), value, event.headers());
    if (size > config.maxRequestSize()) {
      throw new RejectedEventException(ErrorCode.RESULT_TOO_LARGE, "too large: " + size);
    }
  }

  @Override
  public void close() {
    windows.close();
  }
}
