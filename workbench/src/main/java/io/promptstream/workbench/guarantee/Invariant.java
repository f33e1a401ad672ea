package io.promptstream.workbench.guarantee;

import java.util.List;

/** A guarantee of PromptStream that holds under all faults. */
public interface Invariant {
  /** Returns the guarantee in one sentence. */
  String claim();

  /** Returns a sentence for each violation; empty if the guarantee holds. */
  List<String> violations();
}
