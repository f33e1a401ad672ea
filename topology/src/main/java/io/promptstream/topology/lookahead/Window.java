package io.promptstream.topology.lookahead;

import io.promptstream.topology.encoding.EncodedEvent;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.Model;
import io.promptstream.topology.encoding.PreparedEvent;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.lookahead.PolledEvent.Encoded;
import io.promptstream.topology.lookahead.PolledEvent.Noted;
import io.promptstream.topology.lookahead.PolledEvent.Prepared;
import io.promptstream.topology.lookahead.PolledEvent.Rejected;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The events that are encoded in one call: the one that is being processed, and later events of the
 * same model.
 */
final class Window {
  private final WindowLimits limits;
  private final EventEncoder encoder;
  private final List<PolledEvent> polled = new ArrayList<>();
  private final List<PreparedEvent> prepared = new ArrayList<>();
  private final Model model;
  private int masks;
  private long tokens;

  Window(WindowLimits limits, EventEncoder encoder, PolledEvent current, PreparedEvent ready) {
    this.limits = limits;
    this.encoder = encoder;
    model = ready.model();
    add(current, ready);
  }

  /**
   * Adds the next events of the same model, up to the first event that does not fit or whose schema
   * is not in memory.
   *
   * @return the event whose schema is not in memory, or null if the window does not end at one
   */
  @Nullable PolledEvent extend(List<PolledEvent> next) {
    int skippedMasks = 0;
    for (PolledEvent event : next) {
      if (!prepare(event)) {
        return event;
      }
      if (!(event.state() instanceof Prepared state)) {
        continue;
      }
      if (!state.event().model().equals(model)) {
        // Prepared masks use much memory, also those of other models.
        skippedMasks += masks(state.event());
        if (skippedMasks >= limits.maxMasks()) {
          return null;
        }
      } else if (fits(state.event())) {
        add(event, state.event());
      } else {
        return null;
      }
    }
    return null;
  }

  /**
   * Prepares an event ahead of its turn; an invalid event is rejected in its own turn.
   *
   * @return false if its schema is not in memory
   */
  private boolean prepare(PolledEvent event) {
    if (event.state() != Noted.NOTED) {
      return true;
    }
    try {
      PreparedEvent ready = encoder.prepareAhead(event.value(), event.polledNanos());
      if (ready == null) {
        return false;
      }
      event.become(new Prepared(ready));
    } catch (RejectedEventException e) {
      event.become(new Rejected(e));
    }
    return true;
  }

  private boolean fits(PreparedEvent event) {
    return prepared.size() < limits.maxPrompts()
        && masks + masks(event) <= limits.maxMasks()
        && tokens + event.prompt().tokens() <= limits.maxTokens();
  }

  private void add(PolledEvent event, PreparedEvent ready) {
    polled.add(event);
    prepared.add(ready);
    masks += masks(ready);
    tokens += ready.prompt().tokens();
  }

  private static int masks(PreparedEvent event) {
    return event.prompt().mask() == null ? 0 : 1;
  }

  int size() {
    return prepared.size();
  }

  /** Removes the second half of the events; they stay prepared for their own turn. */
  void halve() {
    int half = size() / 2;
    polled.subList(half, size()).clear();
    prepared.subList(half, size()).clear();
  }

  /** Encodes all events and returns the result of the one that is being processed. */
  EncodedEvent encode() {
    List<EncodedEvent> encoded = encoder.encode(prepared);
    for (int i = 1; i < encoded.size(); i++) {
      polled.get(i).become(new Encoded(encoded.get(i)));
    }
    return encoded.get(0);
  }
}
