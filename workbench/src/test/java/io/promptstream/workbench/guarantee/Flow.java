package io.promptstream.workbench.guarantee;

import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Measures the time until every partition has output for an event sent after the start. */
public final class Flow {
  private final long next;
  private final int partitions;
  private final BitSet flowing = new BitSet();
  private final CompletableFuture<Duration> complete = new CompletableFuture<>();
  private final long startNanos = System.nanoTime();

  Flow(long next, int partitions) {
    this.next = next;
    this.partitions = partitions;
  }

  /** Records an output and returns whether all partitions flow; called by one thread only. */
  boolean seen(long number, int partition) {
    if (number >= next) {
      flowing.set(partition);
      if (flowing.cardinality() == partitions) {
        complete.complete(Duration.ofNanos(System.nanoTime() - startNanos));
      }
    }
    return complete.isDone();
  }

  /** Waits until all partitions have such output; returns empty on a timeout. */
  public Optional<Duration> await(Duration timeout) {
    return complete
        .thenApply(Optional::of)
        .completeOnTimeout(Optional.empty(), timeout.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }
}
