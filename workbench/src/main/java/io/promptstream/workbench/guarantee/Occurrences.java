package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.Guarantee;
import java.util.Optional;

/** Checks how often an event is on a topic. */
final class Occurrences {
  private Occurrences() {}

  /** Returns the violation if an event has no record, or too many, on a required topic. */
  static Optional<String> check(Event event, Channel channel, Guarantee guarantee) {
    int count = event.seenOn(channel).size();
    if (count == 0) {
      return Optional.of("%s has no %s record".formatted(event, channel));
    }
    if (count > 1 && guarantee == Guarantee.EXACTLY_ONCE_V2) {
      return Optional.of("%s has %d %s records".formatted(event, count, channel));
    }
    return Optional.empty();
  }
}
