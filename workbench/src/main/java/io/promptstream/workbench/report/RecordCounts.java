package io.promptstream.workbench.report;

/**
 * How many records went in and came out.
 *
 * @param events prompt events sent
 * @param sparse sparse embeddings read back
 * @param dense dense embeddings read back
 * @param errors error records read back
 */
public record RecordCounts(long events, long sparse, long dense, long errors) {
  /** Returns whether every event gave one sparse and one dense embedding, or one error. */
  public boolean balanced() {
    return sparse == dense && events == sparse + errors;
  }
}
