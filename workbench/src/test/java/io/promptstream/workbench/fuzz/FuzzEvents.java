package io.promptstream.workbench.fuzz;

import io.promptstream.workbench.fuzz.ActionStory.Told;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Generates the events of a plan; each depends only on the seed and its number. */
final class FuzzEvents {
  static final int PARTITIONS = 4;

  /** One in 50 events repeats the value of one of the 100 events before it. */
  private static final int ONE_IN_REPEATS = 50;

  private static final int REPEAT_DISTANCE = 100;

  /** Minimum number of events of each kind; the kinds of the rest are random. */
  private static final int MIN_OF_EACH_KIND = 4;

  private final FuzzPlan plan;
  private final SchemaIds ids;

  FuzzEvents(FuzzPlan plan, SchemaIds ids) {
    this.plan = plan;
    this.ids = ids;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record KindAndValue(FuzzKind kind, byte @Nullable [] value) {}

  /** Returns the plan. */
  FuzzPlan plan() {
    return plan;
  }

  /** Returns the event with this number. */
  FuzzEvent event(int number) {
    if (plan.actions()) {
      return action(number);
    }
    EventRandom draw = draw(number, 1);
    int partition = draw.below(PARTITIONS);
    boolean repeats = number >= REPEAT_DISTANCE && draw.oneIn(ONE_IN_REPEATS);
    KindAndValue chosen = make(repeats ? number - 1 - draw.below(REPEAT_DISTANCE - 1) : number);
    Envelope envelope = Envelope.draw(draw, chosen.kind(), chosen.value());
    return new FuzzEvent(
        number,
        chosen.kind(),
        envelope,
        partition,
        envelope.key(draw),
        chosen.value(),
        envelope.headers(draw),
        null);
  }

  private FuzzEvent action(int number) {
    int first = owner(number);
    Told told = ActionStory.of(actionKind(first), draw(first, 0)).get(number - first);
    EventRandom draw = draw(number, 1);
    Envelope envelope = Envelope.draw(draw, told.kind(), told.value());
    return new FuzzEvent(
        number,
        told.kind(),
        envelope,
        partition(number),
        envelope.key(draw),
        told.value(),
        envelope.headers(draw),
        told.verdict());
  }

  private ActionKind actionKind(int first) {
    int story = (first - plan.goodAlone()) / ActionStory.LENGTH;
    ActionKind[] kinds = ActionKind.values();
    if (first < plan.goodAlone()) {
      return ActionKind.ADD_POINT;
    }
    return story < kinds.length ? kinds[story] : ActionKind.draw(draw(first, 2));
  }

  /** Returns the number of the event that has the same partition: the first of a story. */
  private int owner(int number) {
    return plan.actions() ? number - number % ActionStory.LENGTH : number;
  }

  private int partition(int number) {
    return draw(owner(number), 1).below(PARTITIONS);
  }

  /** Returns how many of the {@code first} events go to each partition. */
  long[] countByPartition(int first) {
    long[] counts = new long[PARTITIONS];
    for (int number = 0; number < first; number++) {
      counts[partition(number)]++;
    }
    return counts;
  }

  private KindAndValue make(int number) {
    EventRandom draw = draw(number, 0);
    FuzzKind kind = kind(number - plan.goodAlone(), draw);
    return new KindAndValue(kind, kind.make(draw));
  }

  private static FuzzKind kind(int afterGoodAlone, EventRandom draw) {
    if (afterGoodAlone < 0) {
      return FuzzKind.drawGood(draw);
    }
    FuzzKind[] kinds = FuzzKind.values();
    return afterGoodAlone < MIN_OF_EACH_KIND * kinds.length
        ? kinds[afterGoodAlone % kinds.length]
        : FuzzKind.draw(draw);
  }

  private EventRandom draw(int number, int stream) {
    long seed = new SplittableRandom(plan.seed()).nextLong() + 2L * number + stream;
    return new EventRandom(number, new SplittableRandom(seed), ids);
  }
}
