package io.promptstream.workbench.guarantee;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The time from now until events that are sent from now on come out of every partition. */
public final class Flow {
  private final long next;
  private final int partitions;
  private final BitSet flowing = new BitSet();
  private final CountDownLatch complete = new CountDownLatch(1);
  private final long startNanos = System.nanoTime();
  private volatile long endNanos;

  Flow(long next, int partitions) {
    this.next = next;
    this.partitions = partitions;
  }

  /** Returns whether output flows on all partitions; called by the one thread that reads. */
  boolean seen(long number, int partition) {
    if (number >= next) {
      flowing.set(partition);
      if (flowing.cardinality() == partitions) {
        endNanos = System.nanoTime();
        complete.countDown();
        return true;
      }
    }
    return false;
  }

  /** Returns whether all partitions flow. */
  public boolean isComplete() {
    return complete.getCount() == 0;
  }

  /** Waits until all partitions flow; empty if they do not in time. */
  public Optional<Duration> await(Duration patience) throws InterruptedException {
    return complete.await(patience.toMillis(), TimeUnit.MILLISECONDS)
        ? Optional.of(Duration.ofNanos(endNanos - startNanos))
        : Optional.empty();
  }
}
