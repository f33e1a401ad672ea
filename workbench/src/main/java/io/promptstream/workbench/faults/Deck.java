package io.promptstream.workbench.faults;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** All faults in an order that the seed decides: each as often as its share, then all again. */
final class Deck {
  private final Random random;
  private final Deque<Fault> left = new ArrayDeque<>();

  Deck(Random random) {
    this.random = random;
  }

  Fault next() {
    if (left.isEmpty()) {
      List<Fault> all = new ArrayList<>();
      for (Fault fault : Fault.values()) {
        all.addAll(Collections.nCopies(fault.share(), fault));
      }
      Collections.shuffle(all, random);
      left.addAll(all);
    }
    return left.remove();
  }
}
