package io.promptstream.workbench.guarantee;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Measures the time until every partition has output for an event sent after the start. */
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

  /** Records an output and returns whether all partitions flow; called by one thread only. */
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

  /** Returns whether all partitions have such output. */
  public boolean isComplete() {
    return complete.getCount() == 0;
  }

  /** Waits until all partitions have such output; returns empty on a timeout. */
  public Optional<Duration> await(Duration timeout) throws InterruptedException {
    return complete.await(timeout.toMillis(), TimeUnit.MILLISECONDS)
        ? Optional.of(Duration.ofNanos(endNanos - startNanos))
        : Optional.empty();
  }
}
