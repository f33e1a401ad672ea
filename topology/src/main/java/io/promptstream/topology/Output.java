package io.promptstream.topology;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A serialized record on its way to a sink, and the partition that its event came from.
 *
 * <p>The outputs are co-partitioned with the input by partition number and not by hashing the key
 * again: keys may be null, and producers of other languages hash differently.
 */
@SuppressWarnings("ArrayRecordComponent") // made once, read once
record Output(int partition, byte[] value) {
  /** Writes the bytes that the processor has made, which it needs before it forwards anything. */
  static final Serializer<Output> SERIALIZER = (topic, output) -> output.value();

  /** Keeps the partition of the event. */
  @SuppressWarnings("removal") // still the one abstract method; its successor is a default method
  static final StreamPartitioner<byte[], Output> PARTITIONER =
      (topic, key, output, partitions) -> Optional.of(Set.of(output.partition()));

  Output {
    requireNonNull(value, "value");
  }
}
