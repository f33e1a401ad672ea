package io.promptstream.workbench.faults;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/** Faults in an order that the seed decides: each comes as often as its share, then all again. */
final class Deck {
  private final List<Fault> faults;
  private final Random random;
  private final Deque<Fault> left = new ArrayDeque<>();

  private Deck(List<Fault> faults, Random random) {
    this.faults = List.copyOf(faults);
    this.random = random;
  }

  /** Returns a deck of all faults. */
  static Deck ofAll(Random random) {
    List<Fault> all = new ArrayList<>();
    for (Fault fault : Fault.values()) {
      all.addAll(Collections.nCopies(fault.share(), fault));
    }
    return new Deck(all, random);
  }

  /** Returns a deck of these. */
  static Deck of(List<Fault> faults, Random random) {
    return new Deck(faults, random);
  }

  Fault next() {
    if (left.isEmpty()) {
      List<Fault> shuffled = new ArrayList<>(faults);
      Collections.shuffle(shuffled, random);
      left.addAll(shuffled);
    }
    return left.remove();
  }
}
