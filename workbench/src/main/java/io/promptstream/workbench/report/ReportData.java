package io.promptstream.workbench.report;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.EncoderInfo;
import java.util.List;

/**
 * The content of a report. The arrays are not copied and must not change.
 *
 * @param title the page's title
 * @param model the model that made the embeddings
 * @param densePositionalEncoding the positional encoding of the grid, [embedding width, grid, grid]
 *     row-major, as {@code PromptEncoder.densePositionalEncoding()} returns it
 * @param counts numbers of input and output records
 * @param outcomes one for each prompt, in display order
 */
@SuppressWarnings("ArrayRecordComponent") // shown, never compared
public record ReportData(
    String title,
    EncoderInfo model,
    float[] densePositionalEncoding,
    RecordCounts counts,
    List<PromptOutcome> outcomes) {
  public ReportData {
    requireNonNull(title, "title");
    requireNonNull(model, "model");
    requireNonNull(densePositionalEncoding, "densePositionalEncoding");
    requireNonNull(counts, "counts");
    outcomes = List.copyOf(outcomes);
  }
}
