package io.promptstream.topology.session;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.SessionState;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.session.SessionFold.Outcome;
import io.promptstream.topology.session.SessionFold.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The objects of all sessions of a task: applies actions to their states in the store. */
final class SessionObjects {
  private final ObjectStates states;
  private final SessionFold fold;
  private final int maxObjects;

  /** @param maxObjects how many objects a session can have */
  SessionObjects(ObjectStates states, SessionFold fold, int maxObjects) {
    this.states = states;
    this.fold = fold;
    this.maxObjects = maxObjects;
  }

  /**
   * Returns the result of an action on one object, which {@link #store} then stores.
   *
   * @throws RejectedEventException if the action is not possible
   */
  Result apply(String key, PromptAction action, long offset, long nowMillis) {
    SessionState state = states.get(key);
    Result result = fold.apply(state, action, offset, nowMillis);
    if (result.state() != null && (state == null || state.getClosed())) {
      requireRoom(key, action);
    }
    return result;
  }

  void store(String key, @Nullable SessionState state) {
    if (state != null) {
      states.put(key, state);
    }
  }

  /**
   * Ends the session of an action.
   *
   * @throws RejectedEventException if it has no objects that can be closed
   */
  Outcome close(PromptAction action, long offset, long nowMillis) {
    List<String> keys = new ArrayList<>();
    states.forEach(SessionFold.prefix(action), (key, state) -> keys.add(key));
    for (String key : keys) {
      if (SessionFold.isDuplicate(requireNonNull(states.get(key)), action, offset)) {
        return Outcome.DUPLICATE;
      }
    }
    Outcome outcome = null;
    for (String key : keys) {
      SessionState state = requireNonNull(states.get(key));
      if (SessionFold.includes(state, offset)) {
        outcome = outcome == null ? Outcome.REPEATED : outcome;
      } else if (!state.getClosed() && state.getOffset() < offset) {
        // A failure can have lost some of the states that were closed before it.
        store(key, fold.apply(state, action, offset, nowMillis).state());
        outcome = Outcome.ACCEPTED;
      }
    }
    if (outcome == null) {
      throw new RejectedEventException(
          ErrorCode.UNKNOWN_OBJECT,
          "The session has no object that could be closed: none was added, or all were closed or have expired");
    }
    return outcome;
  }

  /** Checks an action that adds an object, against the session's other objects. */
  private void requireRoom(String key, PromptAction action) {
    List<String> others = new ArrayList<>();
    states.forEach(SessionFold.prefix(action), (other, state) -> {
      if (!other.equals(key)) {
        requireSameSize(state, action);
        others.add(other);
      }
    });
    if (others.size() >= maxObjects) {
      throw new RejectedEventException(
          ErrorCode.SESSION_TOO_LARGE,
          "The session has %d objects already, at most %d are allowed"
              .formatted(others.size(), maxObjects));
    }
  }

  private static void requireSameSize(SessionState other, PromptAction action) {
    if (!other.getClosed()
        && other.getImageId().equals(action.getImageId())
        && !Objects.equals(other.getImageSize(), action.getImageSize())) {
      throw new RejectedEventException(
          ErrorCode.SESSION_MISMATCH,
          "image_size is %s, but another object of the session on the same image has %s"
              .formatted(action.getImageSize(), other.getImageSize()));
    }
  }
}
