package io.promptstream.workbench.fuzz;

import io.promptstream.workbench.Guarantee;
import java.util.List;

/**
 * Parameters of a run.
 *
 * @param events number of hostile events and of good ones mixed in
 * @param seed seed of all random values
 * @param guarantee {@code processing.guarantee} of the application
 * @param actions whether the events are actions of sessions
 */
record FuzzPlan(int events, long seed, Guarantee guarantee, boolean actions) {
  /** Before these, a fifth as many events are sent, all of them good. */
  private static final int GOOD_DIVISOR = 5;

  FuzzPlan {
    if (events < GOOD_DIVISOR) {
      throw new IllegalArgumentException(
          "events is %d, must be at least %d".formatted(events, GOOD_DIVISOR));
    }
    if (events > Integer.MAX_VALUE / 2) {
      throw new IllegalArgumentException("events is too large: " + events);
    }
  }

  /** Makes a plan of prompts. */
  FuzzPlan(int events, long seed, Guarantee guarantee) {
    this(events, seed, guarantee, false);
  }

  /** Returns the {@code application.id}, from which the names of the topics derive. */
  String application() {
    return "fuzz-%s%s-%d".formatted(actions ? "sessions-" : "", guarantee, events);
  }

  /** Returns the name of the topic that the events are sent to. */
  String inputTopic() {
    return application() + (actions ? "-actions" : "-input");
  }

  /** Returns all kinds of events. */
  List<Kind> kinds() {
    return List.of(actions ? ActionKind.values() : FuzzKind.values());
  }

  /** Returns how many of the first good events warm up the application. */
  int warmUp() {
    return events / (2 * GOOD_DIVISOR);
  }

  /** Returns how many good events come first, including the warm-up. */
  int goodAlone() {
    return events / GOOD_DIVISOR;
  }

  /** Returns the total number of events. */
  int allEvents() {
    return goodAlone() + events;
  }
}
