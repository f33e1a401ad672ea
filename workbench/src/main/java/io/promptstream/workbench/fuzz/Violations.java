package io.promptstream.workbench.fuzz;

import java.util.ArrayList;
import java.util.List;

/** Counts violations and stores the descriptions of the first 20. */
final class Violations {
  private static final int MAX_STORED = 20;

  private final List<String> first = new ArrayList<>();
  private int count;

  void add(String violation) {
    count++;
    if (first.size() < MAX_STORED) {
      first.add(violation);
    }
  }

  int count() {
    return count;
  }

  List<String> first() {
    return List.copyOf(first);
  }
}
