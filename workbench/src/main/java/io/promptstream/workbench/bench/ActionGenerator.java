package io.promptstream.workbench.bench;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.Undo;
import java.util.SplittableRandom;

/**
 * Generates actions of many sessions, each on an image of its own. 1,000 sessions take turns; after
 * eight actions each, 1,000 others begin. Every fourth action is an undo, the others are clicks, so
 * that the prompts have 1 to 5 points, 3 in the mean, as those of {@link Workload#CLICKS}.
 *
 * <p>Every action leads to a prompt. An action depends only on its number.
 */
final class ActionGenerator {
  private static final long SEED = 42;
  private static final int SESSIONS = 1_000;
  private static final int ACTIONS = 8;
  private static final int UNDO_EVERY = 4;

  private ActionGenerator() {}

  /** Returns the action with this number. */
  static PromptAction action(long number) {
    long turn = number / SESSIONS;
    long session = turn / ACTIONS * SESSIONS + number % SESSIONS;
    int image = new SplittableRandom(SEED + session).nextInt(EventGenerator.IMAGES);
    ImageSize size = EventGenerator.size(image);
    SplittableRandom random = new SplittableRandom(SEED + number);
    Object what = turn % UNDO_EVERY == UNDO_EVERY - 1
        ? new Undo()
        : new AddPoint(EventGenerator.points(size, 1, random).get(0));
    return PromptAction.newBuilder()
        .setActionId("action-" + turn % ACTIONS)
        .setSessionId("session-" + session)
        .setObjectId("object-0")
        .setImageId(EventGenerator.imageId(image))
        .setImageSize(size)
        .setAction(what)
        .build();
  }
}
