package io.promptstream.topology;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.registry.SharedSerdes;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * Builds the topology: one source, the encoding processor and two sinks. Rejected events go to the
 * error topic through the exception handler.
 */
public final class PromptStreamTopology {
  /** Name of the source node. */
  public static final String SOURCE = "prompt-events-source";

  /** Name of the processor node. */
  public static final String ENCODER = "prompt-encoder";

  /** Name of the sink node of sparse embeddings. */
  public static final String SPARSE = "sparse-embeddings-sink";

  /** Name of the sink node of dense embeddings. */
  public static final String DENSE = "dense-embeddings-sink";

  private PromptStreamTopology() {}

  /** Builds the topology. Models and serdes belong to the caller and must outlive the streams. */
  public static Topology build(
      PromptStreamConfig config, Models models, LookAhead lookAhead, SharedSerdes serdes) {
    EncodingStep step = new EncodingStep(config, models, lookAhead, serdes);
    return build(config, () -> new PromptEncodingProcessor(step));
  }

  /** Builds the topology with a given processor; tests pass a faulty one. */
  static Topology build(
      PromptStreamConfig config, ProcessorSupplier<byte[], byte[], byte[], Output> processor) {
    ByteArraySerializer keys = new ByteArraySerializer();
    return new Topology()
        .addSource(
            (AutoOffsetReset) null,
            SOURCE,
            new EventTime(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            config.inputTopic())
        .addProcessor(ENCODER, processor, SOURCE)
        .addSink(SPARSE, config.sparseTopic(), keys, Output.SERIALIZER, Output.PARTITIONER, ENCODER)
        .addSink(DENSE, config.denseTopic(), keys, Output.SERIALIZER, Output.PARTITIONER, ENCODER);
  }
}
