package io.promptstream.topology;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.output.Output;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/**
 * Builds the topology: one source, the encoding processor and two sinks, and optionally the
 * sessions, whose sink is the topic of the first source. Rejected events and actions go to the
 * error topic through the exception handler.
 */
final class PromptStreamTopology {
  /** Name of the source node. */
  static final String SOURCE = "prompt-events-source";

  /** Name of the processor node. */
  static final String ENCODER = "prompt-encoder";

  /** Name of the sink node of sparse embeddings. */
  static final String SPARSE = "sparse-embeddings-sink";

  /** Name of the sink node of dense embeddings. */
  static final String DENSE = "dense-embeddings-sink";

  /** Sorted after the other source, so that the tasks of the encoding keep their ids. */
  private static final String ACTIONS = "session-actions-source";

  private static final String SESSIONS = "sessions";
  private static final String PROMPTS = "session-prompts-sink";

  private PromptStreamTopology() {}

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

  /** Adds the sessions, which write prompts to the input topic, as a sub-topology. */
  static Topology withSessions(
      Topology topology,
      PromptStreamConfig config,
      ProcessorSupplier<byte[], byte[], byte[], Output> sessions) {
    return topology
        .addSource(
            (AutoOffsetReset) null,
            ACTIONS,
            new EventTime(),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer(),
            config.actionsTopic())
        .addProcessor(SESSIONS, sessions, ACTIONS)
        .addSink(
            PROMPTS,
            config.inputTopic(),
            new ByteArraySerializer(),
            Output.SERIALIZER,
            Output.PARTITIONER,
            SESSIONS);
  }
}
