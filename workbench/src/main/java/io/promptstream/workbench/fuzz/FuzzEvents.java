package io.promptstream.workbench.fuzz;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** The events of a plan, each a function of the seed and its number: any can be had again. */
final class FuzzEvents {
  static final int PARTITIONS = 4;

  /** One in so many repeats the value of one of the hundred before it. */
  private static final int ONE_IN_REPEATS = 50;

  private static final int REACH = 100;

  /** So often each kind comes, however few events there are; what is left is drawn. */
  private static final int OF_EACH_KIND = 4;

  private final FuzzPlan plan;
  private final SchemaIds ids;

  FuzzEvents(FuzzPlan plan, SchemaIds ids) {
    this.plan = plan;
    this.ids = ids;
  }

  @SuppressWarnings("ArrayRecordComponent") // passed on at once
  private record Made(FuzzKind kind, byte @Nullable [] value) {}

  /** Returns the event of this number. */
  FuzzEvent event(int number) {
    Draw draw = draw(number, 1);
    int partition = draw.below(PARTITIONS);
    boolean repeats = number >= REACH && draw.oneIn(ONE_IN_REPEATS);
    Made made = make(repeats ? number - 1 - draw.below(REACH - 1) : number);
    Envelope envelope = Envelope.draw(draw, made.kind(), made.value());
    return new FuzzEvent(
        number,
        made.kind(),
        envelope,
        partition,
        envelope.key(draw),
        made.value(),
        envelope.headers(draw));
  }

  /** Returns how many of the first events go to each partition. */
  long[] countByPartition(int first) {
    long[] counts = new long[PARTITIONS];
    for (int number = 0; number < first; number++) {
      counts[draw(number, 1).below(PARTITIONS)]++;
    }
    return counts;
  }

  private Made make(int number) {
    Draw draw = draw(number, 0);
    FuzzKind kind = kind(number - plan.goodAlone(), draw);
    return new Made(kind, kind.make(draw));
  }

  private static FuzzKind kind(int afterGoodAlone, Draw draw) {
    if (afterGoodAlone < 0) {
      return FuzzKind.drawGood(draw);
    }
    FuzzKind[] kinds = FuzzKind.values();
    return afterGoodAlone < OF_EACH_KIND * kinds.length
        ? kinds[afterGoodAlone % kinds.length]
        : FuzzKind.draw(draw);
  }

  private Draw draw(int number, int stream) {
    long seed = new SplittableRandom(plan.seed()).nextLong() + 2L * number + stream;
    return new Draw(number, new SplittableRandom(seed), ids);
  }
}
