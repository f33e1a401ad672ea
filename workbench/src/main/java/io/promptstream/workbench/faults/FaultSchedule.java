package io.promptstream.workbench.faults;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Deals the faults in random order, each as often as its share, then all again. */
final class FaultSchedule {
  private final Random random;
  private final Deque<Fault> remaining = new ArrayDeque<>();

  FaultSchedule(Random random) {
    this.random = random;
  }

  Fault next() {
    if (remaining.isEmpty()) {
      List<Fault> all = new ArrayList<>();
      for (Fault fault : Fault.values()) {
        all.addAll(Collections.nCopies(fault.share(), fault));
      }
      Collections.shuffle(all, random);
      remaining.addAll(all);
    }
    return remaining.remove();
  }
}
