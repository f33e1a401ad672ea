package io.promptstream.workbench.report;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;

/**
 * A prompt that was encoded.
 *
 * @param event what was sent
 * @param sparse the sparse embedding that came back
 * @param dense the dense embedding that came back
 * @param sizes sizes of the three records
 * @param millis milliseconds from sending the event to having read both embeddings
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
