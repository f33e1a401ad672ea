package io.promptstream.workbench.report;

/**
 * Numbers of input and output records.
 *
 * @param events prompt events sent
 * @param sparse sparse embeddings read back
 * @param dense dense embeddings read back
 * @param errors error records read back
 */
public record RecordCounts(long events, long sparse, long dense, long errors) {
  /** Returns whether the counts match one sparse and one dense record, or one error, per event. */
  public boolean balanced() {
    return sparse == dense && events == sparse + errors;
  }
}
