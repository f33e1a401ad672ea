package io.promptstream.workbench.fuzz;

import io.promptstream.workbench.Guarantee;

/**
 * What a run sends.
 *
 * @param events hostile events and the good ones in between
 * @param seed of everything that is drawn
 * @param guarantee the application's
 */
public record FuzzPlan(int events, long seed, Guarantee guarantee) {
  /** A fifth as many good events go before, by themselves. */
  private static final int BEFORE = 5;

  public FuzzPlan {
    if (events < BEFORE) {
      throw new IllegalArgumentException("events is %d, at least %d".formatted(events, BEFORE));
    }
    if (events > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("events is too large: " + events);
    }
  }

  /** Returns how many good events come first, until the application is warm. */
  int warmUp() {
    return events / (2 * BEFORE);
  }

  /** Returns how many good events come by themselves, those for the warm-up among them. */
  int goodAlone() {
    return events / BEFORE;
  }

  /** Returns how many events there are in all. */
  int allEvents() {
    return goodAlone() + events;
  }
}
