package io.promptstream.topology.output;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * A serialized output record and the partition of its event.
 *
 * <p>Outputs are co-partitioned with the input by partition number, not by key hash: keys may be
 * null, and producers in other languages hash keys differently.
 */
@SuppressWarnings("ArrayRecordComponent") // created once, read once
public record Output(int partition, byte[] value) {
  /** Returns the value, which the processor has serialized before it forwards anything. */
  public static final Serializer<Output> SERIALIZER = (topic, output) -> output.value();

  /** Sends a record to the partition number of its event. */
  @SuppressWarnings("removal") // still the only abstract method; its replacement is a default one
  public static final StreamPartitioner<byte[], Output> PARTITIONER =
      (topic, key, output, partitions) -> Optional.of(Set.of(output.partition()));

  /** Checks that there is a value. */
  public Output {
    requireNonNull(value, "value");
  }
}
