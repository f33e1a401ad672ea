package io.promptstream.workbench.report;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;

/**
 * An encoded prompt.
 *
 * @param event the event that was sent
 * @param sparse the sparse embedding
 * @param dense the dense embedding
 * @param sizes sizes of the three records
 * @param millis milliseconds from sending the event to reading both embeddings
 */
public record PromptResult(
    PromptEvent event,
    SparseEmbedding sparse,
    DenseEmbedding dense,
    RecordSizes sizes,
    double millis)
    implements PromptOutcome {
  public PromptResult {
    requireNonNull(event, "event");
    requireNonNull(sparse, "sparse");
    requireNonNull(dense, "dense");
    requireNonNull(sizes, "sizes");
  }
}
