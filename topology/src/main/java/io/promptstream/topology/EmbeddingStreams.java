package io.promptstream.topology;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.streams.kstream.KStream;

/**
 * The two embeddings of each event, as streams of somebody else's topology. Each event that is not
 * rejected gives one record in each stream, with the key, timestamp and headers of the event.
 *
 * @param sparse serialized {@link io.promptstream.schemas.SparseEmbedding} values
 * @param dense serialized {@link io.promptstream.schemas.DenseEmbedding} values
 */
public record EmbeddingStreams(KStream<byte[], byte[]> sparse, KStream<byte[], byte[]> dense) {
  /** Checks that both streams are given. */
  public EmbeddingStreams {
    requireNonNull(sparse, "sparse");
    requireNonNull(dense, "dense");
  }
}
