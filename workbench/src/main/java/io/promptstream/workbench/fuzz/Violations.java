package io.promptstream.workbench.fuzz;

import java.util.ArrayList;
import java.util.List;

/** What must not be: all are counted, the first of them are kept. */
final class Violations {
  private static final int KEPT = 20;

  private final List<String> first = new ArrayList<>();
  private int count;

  void add(String violation) {
    count++;
    if (first.size() < KEPT) {
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
