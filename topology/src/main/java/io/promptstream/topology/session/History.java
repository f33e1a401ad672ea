package io.promptstream.topology.session;

import io.promptstream.schemas.SessionPrompt;
import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.SessionStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The last accepted actions of an object, and which of them can be undone and redone.
 *
 * <p>Each step has the edit that leads back to the revision before it. Undo applies this edit and
 * is a step itself, which Redo takes back in the same way; so an input, such as a mask, is stored
 * once for each step, and the prompts of the last revisions can be rebuilt.
 *
 * @param steps by revision, ascending
 * @param undo revisions of the steps that can be undone, ascending
 * @param redo revisions of the undo steps that can be redone, ascending
 */
record History(List<SessionStep> steps, List<Long> undo, List<Long> redo) {
  static final History NONE = new History(List.of(), List.of(), List.of());

  static History of(SessionState state) {
    return new History(state.getSteps(), state.getUndo(), state.getRedo());
  }

  /** Returns the newest step that matches. */
  Optional<SessionStep> find(Predicate<SessionStep> wanted) {
    for (int i = steps.size() - 1; i >= 0; i--) {
      if (wanted.test(steps.get(i))) {
        return Optional.of(steps.get(i));
      }
    }
    return Optional.empty();
  }

  /** Adds a step that starts a new branch: what was taken back cannot be redone after it. */
  History done(SessionStep step) {
    return new History(plus(steps, step), plus(undo, step.getRevision()), List.of());
  }

  /** Adds a step that takes back the last one that can be undone. */
  History undone(SessionStep step) {
    return new History(plus(steps, step), withoutLast(undo), plus(redo, step.getRevision()));
  }

  /** Adds a step that takes back the last undo step. */
  History redone(SessionStep step) {
    return new History(plus(steps, step), plus(undo, step.getRevision()), withoutLast(redo));
  }

  /** Adds a step after which nothing can be undone or redone. */
  History ended(SessionStep step) {
    return new History(plus(steps, step), List.of(), List.of());
  }

  /** Returns the step that Undo takes back, if any. */
  Optional<SessionStep> undoable() {
    return last(undo);
  }

  /** Returns the undo step that Redo takes back, if any. */
  Optional<SessionStep> redoable() {
    return last(redo);
  }

  /** Keeps the last {@code limit} steps, those of them that can be undone, and what they need. */
  History limitedTo(int limit) {
    List<Long> kept = undo.subList(Math.max(0, undo.size() - limit), undo.size());
    List<SessionStep> needed = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Long revision = steps.get(i).getRevision();
      if (i >= steps.size() - limit || kept.contains(revision) || redo.contains(revision)) {
        needed.add(steps.get(i));
      }
    }
    return new History(needed, kept, redo);
  }

  /**
   * Drops inverse edits, until they have this many bytes less: first those that Undo and Redo do
   * not need, the oldest of them first, then the others.
   */
  History smallerBy(long bytes) {
    List<SessionStep> smaller = new ArrayList<>(steps);
    long left = bytes;
    for (boolean needed : new boolean[] {false, true}) {
      for (int i = 0; i < smaller.size() && left > 0; i++) {
        SessionStep step = smaller.get(i);
        if (step.getInverse() != null && isNeeded(step) == needed) {
          smaller.set(i, withoutInverse(step));
          left -= SessionStates.size(step) - SessionStates.size(smaller.get(i));
        }
      }
    }
    List<Long> kept = smaller.stream()
        .filter(step -> step.getInverse() != null)
        .map(SessionStep::getRevision)
        .toList();
    return new History(smaller, retained(undo, kept), retained(redo, kept));
  }

  private boolean isNeeded(SessionStep step) {
    return undo.contains(step.getRevision()) || redo.contains(step.getRevision());
  }

  /**
   * Returns the prompt of an earlier revision.
   *
   * @param prompt the prompt of the newest revision
   * @return empty if a step since then has no inverse any more
   */
  Optional<SessionPrompt> rewound(SessionPrompt prompt, long revision) {
    SessionPrompt earlier = prompt;
    for (int i = steps.size() - 1; i >= 0 && steps.get(i).getRevision() > revision; i--) {
      Object inverse = steps.get(i).getInverse();
      if (inverse == null) {
        return Optional.empty();
      }
      earlier = Edits.apply(inverse, earlier);
    }
    return Optional.of(earlier);
  }

  private static SessionStep withoutInverse(SessionStep step) {
    return new SessionStep(step.getRevision(), step.getOffset(), step.getActionId(), null);
  }

  private Optional<SessionStep> last(List<Long> revisions) {
    return revisions.isEmpty()
        ? Optional.empty()
        : find(step -> step.getRevision() == revisions.get(revisions.size() - 1));
  }

  private static <T> List<T> plus(List<T> list, T last) {
    List<T> longer = new ArrayList<>(list);
    longer.add(last);
    return longer;
  }

  private static <T> List<T> withoutLast(List<T> list) {
    return list.subList(0, list.size() - 1);
  }

  private static List<Long> retained(List<Long> revisions, List<Long> kept) {
    return revisions.stream().filter(kept::contains).toList();
  }
}
