package io.promptstream.workbench.guarantee;

import io.promptstream.workbench.Guarantee;
import java.util.Optional;

/** How often an event may be on a topic. */
final class Occurrences {
  private Occurrences() {}

  /** Returns what is wrong with the number of an event's records on a topic it must be on. */
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
