package io.promptstream.topology.session;

import static io.promptstream.topology.session.Actions.action;
import static io.promptstream.topology.session.Actions.add;
import static io.promptstream.topology.session.Actions.box;
import static io.promptstream.topology.session.Actions.mask;
import static io.promptstream.topology.session.Actions.remove;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RemovePoint;
import io.promptstream.schemas.SessionPrompt;
import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.SetBox;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.session.SessionFold.Outcome;
import io.promptstream.topology.session.SessionFold.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the fold with a reference that keeps the list of all prompts. */
class SessionFoldPropertyTest {
  private static final int STEPS = 20;
  private static final int ACTIONS = 3_000;

  private final SessionFold fold =
      new SessionFold(new SessionLimits(STEPS, Integer.MAX_VALUE), prompt -> {});

  /** All prompts of a session; the current one is at a place in the list. */
  private static final class Reference {
    private final List<SessionPrompt> prompts = new ArrayList<>(List.of(Edits.EMPTY));
    private int current;

    /** Returns whether the action is possible. */
    boolean apply(Object what) {
      if (what instanceof Undo) {
        current--;
        return current >= 0 || back(1);
      }
      if (what instanceof Redo) {
        current++;
        return current < prompts.size() || back(-1);
      }
      SessionPrompt next = next(prompts.get(current), what);
      if (next == null) {
        return false;
      }
      prompts.subList(current + 1, prompts.size()).clear();
      prompts.add(next);
      if (prompts.size() > STEPS + 1) {
        prompts.remove(0);
      }
      current = prompts.size() - 1;
      return true;
    }

    private boolean back(int by) {
      current += by;
      return false;
    }

    private static @Nullable SessionPrompt next(SessionPrompt prompt, Object what) {
      List<Point> points = new ArrayList<>(prompt.getPoints());
      if (what instanceof AddPoint add) {
        points.add(add.getPoint());
        return new SessionPrompt(points, prompt.getBox(), prompt.getMask());
      }
      if (what instanceof RemovePoint remove) {
        Point nearest = points.stream()
            .filter(point -> distance(point, remove) <= remove.getRadius())
            .min(Comparator.comparingDouble(point -> distance(point, remove)))
            .orElse(null);
        if (nearest == null) {
          return null;
        }
        points.remove(points.lastIndexOf(nearest));
        return new SessionPrompt(points, prompt.getBox(), prompt.getMask());
      }
      if (what instanceof SetBox set) {
        return new SessionPrompt(points, set.getBox(), prompt.getMask());
      }
      if (what instanceof SetMask set) {
        return new SessionPrompt(points, prompt.getBox(), set.getMask());
      }
      if (what instanceof ClearBox) {
        return prompt.getBox() == null ? null : new SessionPrompt(points, null, prompt.getMask());
      }
      if (what instanceof ClearMask) {
        return prompt.getMask() == null ? null : new SessionPrompt(points, prompt.getBox(), null);
      }
      return prompt.equals(Edits.EMPTY) ? null : Edits.EMPTY;
    }

    private static double distance(Point point, RemovePoint from) {
      return Math.hypot(point.getX() - from.getX(), point.getY() - from.getY());
    }
  }

  private static Object drawn(Random random) {
    // On one line, far enough from each other that no two distances are equal.
    double x = Math.scalb(1.0, random.nextInt(9));
    return switch (random.nextInt(14)) {
      case 0, 1, 2 -> add(x, 0);
      case 3, 4 -> remove(x + 0.1, 0, random.nextInt(40));
      case 5 -> box(x);
      case 6 -> mask(4, random.nextInt());
      case 7 -> new ClearBox();
      case 8 -> new ClearMask();
      case 9 -> random.nextInt(4) == 0 ? new Clear() : add(x, 0);
      case 10, 11, 12 -> new Undo();
      default -> new Redo();
    };
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldEqualTheReferenceAfterEachActionAlsoWhenActionsComeAgain(long seed) {
    Random random = new Random(seed);
    Reference reference = new Reference();
    SessionState state = null;
    List<PromptAction> sent = new ArrayList<>();
    Map<Integer, PromptEvent> prompts = new HashMap<>();
    for (int offset = 0; offset < ACTIONS; offset++) {
      Object what = offset == 0 ? add(1, 0) : drawn(random);
      PromptAction action = action("a" + offset, what);
      sent.add(action);
      boolean possible = reference.apply(what);
      Result result = applied(state, action, offset);
      assertThat(result != null).as("%s %d", what, offset).isEqualTo(possible);
      if (result != null) {
        state = requireNonNull(result.state());
        prompts.put(offset, requireNonNull(result.prompt()));
        assertThat(state.getPrompt())
            .as("%s %d", what, offset)
            .isEqualTo(reference.prompts.get(reference.current));
      }
      if (random.nextInt(20) == 0) {
        assertRepeated(state, sent, prompts, Math.max(0, offset - random.nextInt(STEPS)));
      }
    }
    assertThat(fold.apply(state, action("end", new Close()), ACTIONS, 0).prompt())
        .isNull();
  }

  /** Applies the last actions again, as after a failure; an action may come a third time too. */
  private void assertRepeated(
      @Nullable SessionState state,
      List<PromptAction> sent,
      Map<Integer, PromptEvent> prompts,
      int from) {
    for (int offset = from; offset < sent.size(); offset++) {
      Result again = applied(state, sent.get(offset), offset);
      assertThat(again == null ? null : again.prompt()).isEqualTo(prompts.get(offset));
      if (again != null) {
        assertThat(applied(state, sent.get(offset), sent.size()))
            .isEqualTo(new Result(Outcome.DUPLICATE, null, null));
      }
    }
  }

  private @Nullable Result applied(@Nullable SessionState state, PromptAction action, long offset) {
    try {
      return fold.apply(state, action, offset, 0);
    } catch (RejectedEventException e) {
      return null;
    }
  }
}
