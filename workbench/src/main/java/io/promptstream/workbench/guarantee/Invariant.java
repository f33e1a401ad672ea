package io.promptstream.workbench.guarantee;

import java.util.List;

/** One thing that PromptStream guarantees, whatever happens to it. */
public interface Invariant {
  /** Returns what it guarantees, in a sentence. */
  String claim();

  /** Returns each case where it does not hold, in a sentence; none if it holds. */
  List<String> violations();
}
