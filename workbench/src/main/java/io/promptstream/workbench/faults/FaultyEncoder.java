package io.promptstream.workbench.faults;

import ai.djl.engine.EngineException;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.workbench.DelegatingEncoder;
import io.promptstream.workbench.process.ChildJvm;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/** An encoder that fails in its next call as it is told to. */
final class FaultyEncoder extends DelegatingEncoder {
  /** What its process tells its parent when it is in a call that never ends. */
  static final String HANGING = "hanging";

  private final AtomicReference<@Nullable Failure> next;
  private final ThreadLocal<Double> commitsAtLastCall = ThreadLocal.withInitial(() -> Double.NaN);

  /** How a call fails. */
  enum Failure {
    /** The device is gone: all later calls fail too, with a window of any size. */
    ENGINE_EXCEPTION,
    /** There is no memory left. */
    OUT_OF_MEMORY,
    /** Code is broken: the stream's thread ends of an error that no one foresaw. */
    ERROR,
    /** The call never ends; its thread has results of an earlier call that are not committed. */
    HANG
  }

  /**
   * Stands before a real encoder, which stays the caller's.
   *
   * @param next how the next call fails, set by whoever wants it to
   */
  FaultyEncoder(PromptEncoder real, AtomicReference<@Nullable Failure> next) {
    super(real);
    this.next = next;
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    double commits = commits();
    boolean uncommitted = commits == commitsAtLastCall.get();
    Failure failure = next.getAndUpdate(now -> remains(now, uncommitted) ? now : null);
    if (failure != null && (failure != Failure.HANG || uncommitted)) {
      fail(failure);
    }
    commitsAtLastCall.set(commits);
    return super.encode(prompts);
  }

  private static boolean remains(@Nullable Failure failure, boolean uncommitted) {
    return failure == Failure.ENGINE_EXCEPTION || (failure == Failure.HANG && !uncommitted);
  }

  /** Returns how often the calling stream thread has committed, as Kafka Streams counts it. */
  private static double commits() {
    try {
      ObjectName thread = new ObjectName("kafka.streams:type=stream-thread-metrics,thread-id="
          + Thread.currentThread().getName());
      return (double)
          ManagementFactory.getPlatformMBeanServer().getAttribute(thread, "commit-total");
    } catch (JMException e) {
      throw new IllegalStateException("Kafka Streams does not count this thread's commits", e);
    }
  }

  private static void fail(Failure failure) {
    switch (failure) {
      case ENGINE_EXCEPTION -> throw new EngineException("the device is gone, on purpose");
      case OUT_OF_MEMORY -> throw new OutOfMemoryError("on purpose");
      case ERROR -> throw new AssertionError("a broken invariant, on purpose");
      case HANG -> {
        ChildJvm.tellParent(HANGING);
        hang();
      }
    }
  }

  private static void hang() {
    CountDownLatch never = new CountDownLatch(1);
    while (true) {
      try {
        never.await();
      } catch (InterruptedException e) {
        // Only SIGKILL ends what hangs in native code, which this stands for.
      }
    }
  }
}
