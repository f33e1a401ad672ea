package io.promptstream.workbench.faults;

import ai.djl.engine.EngineException;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.workbench.DelegatingEncoder;
import io.promptstream.workbench.process.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An encoder that fails in its next call as it is told to. */
final class FaultyEncoder extends DelegatingEncoder {
  /** What its process tells its parent when it is in a call that never ends. */
  static final String HANGING = "hanging";

  /** Less than the interval of commits: what the call before forwarded is not committed yet. */
  private static final long SOON_NANOS = Duration.ofMillis(100).toNanos();

  private final AtomicReference<@Nullable Failure> next;
  private final ThreadLocal<Long> lastCallNanos =
      ThreadLocal.withInitial(() -> System.nanoTime() - SOON_NANOS);

  /** How a call fails. */
  enum Failure {
    /** The device is gone: all later calls fail too, with a window of any size. */
    ENGINE_EXCEPTION,
    /** There is no memory left. */
    OUT_OF_MEMORY,
    /** Code is broken: the stream's thread ends of an error that no one foresaw. */
    ERROR,
    /** The call never ends; it is one that follows soon after another of its thread. */
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
    boolean soon = System.nanoTime() - lastCallNanos.get() < SOON_NANOS;
    Failure failure = next.getAndUpdate(now -> remains(now, soon) ? now : null);
    if (failure != null && (failure != Failure.HANG || soon)) {
      fail(failure);
    }
    lastCallNanos.set(System.nanoTime());
    return super.encode(prompts);
  }

  private static boolean remains(@Nullable Failure failure, boolean soon) {
    return failure == Failure.ENGINE_EXCEPTION || (failure == Failure.HANG && !soon);
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
