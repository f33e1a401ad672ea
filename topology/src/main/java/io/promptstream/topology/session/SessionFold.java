package io.promptstream.topology.session;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.SessionPrompt;
import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.SessionStep;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The pure function at the core of sessions: the state of one object and an action give the next
 * state and the prompt, or a rejection, which changes nothing.
 *
 * <p>Without transactions, the store can be ahead of the committed offsets after a failure. Then
 * actions come again that the state already includes. They are recognized by their offset, and give
 * their prompts again, from the steps that lead back to them.
 */
final class SessionFold {
  private static final int LONGEST_ID = 100;

  private final SessionLimits limits;
  private final Consumer<PromptEvent> validator;

  /**
   * @param validator throws {@link RejectedEventException} for a prompt that can never be encoded
   */
  SessionFold(SessionLimits limits, Consumer<PromptEvent> validator) {
    this.limits = limits;
    this.validator = validator;
  }

  /** What an action was. */
  enum Outcome {
    /** It changed the state. */
    ACCEPTED,
    /** The state includes it already, because it was processed before a failure. */
    REPEATED,
    /** It has the id of an earlier action. */
    DUPLICATE
  }

  /**
   * The result of an action that is not rejected.
   *
   * @param state the state to store, or null if it does not change
   * @param prompt the prompt to write, or null if there is none
   */
  record Result(
      Outcome outcome,
      @Nullable SessionState state,
      @Nullable PromptEvent prompt) {}

  /**
   * Returns the key of the state of an action's object.
   *
   * @throws RejectedEventException if an id is not valid
   */
  static String key(PromptAction action) {
    return prefix(action) + Objects.requireNonNullElse(action.getObjectId(), "");
  }

  /**
   * Returns what the keys of all objects of an action's session begin with, and no other keys.
   *
   * @throws RejectedEventException if an id is not valid
   */
  static String prefix(PromptAction action) {
    requireIds(action);
    return action.getSessionId() + '/';
  }

  private static void requireIds(PromptAction action) {
    requireId("action_id", action.getActionId(), true);
    requireId("session_id", action.getSessionId(), false);
    if (action.getObjectId() != null) {
      requireId("object_id", action.getObjectId(), false);
    }
  }

  private static void requireId(String name, String id, boolean mayHaveSlash) {
    if (id.isEmpty() || id.length() > LONGEST_ID || (!mayHaveSlash && id.indexOf('/') >= 0)) {
      throw new RejectedEventException(
          ErrorCode.INVALID_ID,
          "%s has %d characters%s, must have 1 to %d%s"
              .formatted(
                  name,
                  id.length(),
                  id.indexOf('/') >= 0 ? " and a slash" : "",
                  LONGEST_ID,
                  mayHaveSlash ? "" : " and no slash"));
    }
  }

  /** Returns whether the state includes the action at an offset. */
  static boolean includes(SessionState state, long offset) {
    return step(state, offset).isPresent();
  }

  private static Optional<SessionStep> step(SessionState state, long offset) {
    return History.of(state).find(step -> step.getOffset() == offset);
  }

  /** Returns whether an action has the id of an earlier action of the object. */
  static boolean isDuplicate(SessionState state, PromptAction action, long offset) {
    return History.of(state)
        .find(step -> step.getActionId().equals(action.getActionId()))
        .filter(step -> step.getOffset() != offset)
        .isPresent();
  }

  /**
   * Applies an action.
   *
   * @param state the state of the action's object, or for Close of any object of its session; null
   *     if there is none
   * @param offset the action's offset in its partition
   * @param nowMillis the time of the clock, in ms since 1970
   * @throws RejectedEventException if the action is not possible
   */
  Result apply(@Nullable SessionState state, PromptAction action, long offset, long nowMillis) {
    requireIds(action);
    if (state != null) {
      Optional<SessionStep> same = step(state, offset);
      if (same.isPresent()) {
        return repeated(state, action, same.get().getRevision());
      }
      if (isDuplicate(state, action, offset)) {
        return new Result(Outcome.DUPLICATE, null, null);
      }
      if (offset <= state.getOffset()) {
        throw new RejectedEventException(
            ErrorCode.ACTION_OUTDATED,
            "offset is %d, but the object's last action has %d: the action was rejected before a failure, or is older than the last %d"
                .formatted(offset, state.getOffset(), limits.steps()));
      }
    }
    SessionState next = next(open(state, action), action, offset, nowMillis);
    if (next.getClosed()) {
      return new Result(Outcome.ACCEPTED, next, null);
    }
    PromptEvent prompt = prompt(action, next, next.getRevision(), next.getPrompt());
    validator.accept(prompt);
    return new Result(Outcome.ACCEPTED, next, prompt);
  }

  private static Result repeated(SessionState state, PromptAction action, long revision) {
    if (action.getAction() instanceof Close) {
      return new Result(Outcome.REPEATED, null, null);
    }
    PromptEvent prompt = History.of(state)
        .rewound(state.getPrompt(), revision)
        .map(earlier -> prompt(action, state, revision, earlier))
        .orElseGet(() -> prompt(action, state, state.getRevision(), state.getPrompt()));
    return new Result(Outcome.REPEATED, null, prompt);
  }

  private static PromptEvent prompt(
      PromptAction action, SessionState state, long revision, SessionPrompt prompt) {
    String object = action.getObjectId() == null ? "" : action.getObjectId() + '/';
    return new PromptEvent(
        action.getSessionId() + '/' + object + revision,
        state.getImageId(),
        action.getObjectId(),
        state.getImageSize(),
        prompt.getPoints(),
        prompt.getBox(),
        prompt.getMask(),
        state.getModel());
  }

  /** Returns the state before the action: the object's state, or a new one. */
  private static SessionState open(@Nullable SessionState state, PromptAction action) {
    if (state != null && !state.getClosed()) {
      requireSame(state, action);
      return state;
    }
    Object what = action.getAction();
    if (!(what instanceof AddPoint || what instanceof SetBox || what instanceof SetMask)) {
      throw new RejectedEventException(
          ErrorCode.UNKNOWN_OBJECT,
          "The session has no such object, and %s does not add it: it was never added, was closed, or has expired"
              .formatted(name(action)));
    }
    // The steps of a closed session lead to prompts of its own image.
    boolean same = state != null
        && state.getImageId().equals(action.getImageId())
        && Objects.equals(state.getImageSize(), action.getImageSize())
        && Objects.equals(state.getModel(), action.getModel());
    return new SessionState(
        0L,
        false,
        action.getImageId(),
        action.getImageSize(),
        action.getModel(),
        state == null ? 0L : state.getRevision(),
        -1L,
        Edits.EMPTY,
        same ? requireNonNull(state).getSteps() : List.of(),
        List.of(),
        List.of());
  }

  private static void requireSame(SessionState state, PromptAction action) {
    if (action.getAction() instanceof Close) {
      return;
    }
    requireSame("image_id", state.getImageId(), action.getImageId());
    if (action.getModel() != null) {
      requireSame("model", state.getModel(), action.getModel());
    }
    Object what = action.getAction();
    boolean hasCoordinates = what instanceof AddPoint
        || what instanceof RemovePoint
        || what instanceof SetBox
        || what instanceof SetMask;
    if (hasCoordinates || action.getImageSize() != null) {
      requireSame("image_size", state.getImageSize(), action.getImageSize());
    }
  }

  private static void requireSame(String name, @Nullable Object first, @Nullable Object now) {
    if (!Objects.equals(first, now)) {
      throw new RejectedEventException(
          ErrorCode.SESSION_MISMATCH,
          "%s is %s, but the object's first action has %s".formatted(name, now, first));
    }
  }

  private SessionState next(SessionState state, PromptAction action, long offset, long nowMillis) {
    Object what = action.getAction();
    SessionPrompt prompt = state.getPrompt();
    History history = History.of(state);
    Object edit;
    if (what instanceof Undo) {
      edit = taken(history.undoable(), ErrorCode.NOTHING_TO_UNDO);
    } else if (what instanceof Redo) {
      edit = taken(history.redoable(), ErrorCode.NOTHING_TO_REDO);
    } else {
      edit = Edits.of(what, prompt);
    }
    SessionStep step = new SessionStep(
        state.getRevision() + 1, offset, action.getActionId(), Edits.inverse(edit, prompt));
    History after;
    if (what instanceof Undo) {
      after = history.undone(step);
    } else if (what instanceof Redo) {
      after = history.redone(step);
    } else if (what instanceof Close) {
      after = history.ended(step);
    } else {
      after = history.done(step);
    }
    SessionState next = new SessionState(
        nowMillis,
        what instanceof Close,
        state.getImageId(),
        state.getImageSize(),
        state.getModel(),
        step.getRevision(),
        offset,
        Edits.apply(edit, prompt),
        List.of(),
        List.of(),
        List.of());
    return limited(next, after.limitedTo(limits.steps()));
  }

  private static Object taken(Optional<SessionStep> step, ErrorCode otherwise) {
    return step.map(SessionStep::getInverse)
        .orElseThrow(() -> new RejectedEventException(
            otherwise,
            otherwise == ErrorCode.NOTHING_TO_UNDO
                ? "There is no action that can be undone"
                : "There is no action that can be redone"));
  }

  private SessionState limited(SessionState state, History history) {
    SessionState whole = with(state, history);
    long over = SessionStates.size(whole) - limits.bytes();
    if (over <= 0) {
      return whole;
    }
    SessionState smaller = with(state, history.smallerBy(over));
    long size = SessionStates.size(smaller);
    if (size > limits.bytes()) {
      throw new RejectedEventException(
          ErrorCode.SESSION_TOO_LARGE,
          "The state of the object would have %d bytes without any step, at most %d are allowed"
              .formatted(size, limits.bytes()));
    }
    return smaller;
  }

  private static SessionState with(SessionState state, History history) {
    return new SessionState(
        state.getActiveMs(),
        state.getClosed(),
        state.getImageId(),
        state.getImageSize(),
        state.getModel(),
        state.getRevision(),
        state.getOffset(),
        state.getPrompt(),
        history.steps(),
        history.undo(),
        history.redo());
  }

  private static String name(PromptAction action) {
    return action.getAction().getClass().getSimpleName();
  }
}
