package io.promptstream.workbench.faults;

import ai.djl.engine.EngineException;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.workbench.process.ChildJvm;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** An encoder that fails in its next call as it is told to, and is as before afterwards. */
final class FaultyEncoder implements PromptEncoder {
  /** What its process tells its parent when it is in a call that never ends. */
  static final String HANGING = "hanging";

  /** Less than the interval of commits: what the call before forwarded is not committed yet. */
  private static final long SOON_NANOS = Duration.ofMillis(100).toNanos();

  private final PromptEncoder encoder;
  private final AtomicReference<@Nullable Failure> next = new AtomicReference<>();
  private final ThreadLocal<Long> lastCallNanos =
      ThreadLocal.withInitial(() -> System.nanoTime() - SOON_NANOS);

  /** How a call fails. */
  enum Failure {
    /** The device does not answer as it should. */
    ENGINE_EXCEPTION,
    /** There is no memory left. */
    OUT_OF_MEMORY,
    /** Code is broken: the stream's thread ends of an error that no one foresaw. */
    ERROR,
    /** The call never ends; it is one that follows soon after another of its thread. */
    HANG
  }

  FaultyEncoder(PromptEncoder encoder) {
    this.encoder = encoder;
  }

  /** The next call fails this way. */
  void failNext(Failure failure) {
    next.set(failure);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    boolean soon = System.nanoTime() - lastCallNanos.get() < SOON_NANOS;
    Failure failure = next.getAndUpdate(now -> now == Failure.HANG && !soon ? now : null);
    if (failure != null && (failure != Failure.HANG || soon)) {
      fail(failure);
    }
    lastCallNanos.set(System.nanoTime());
    return encoder.encode(prompts);
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

  @Override
  public FramedPrompt frame(Prompt prompt) {
    return encoder.frame(prompt);
  }

  @Override
  public float[] densePositionalEncoding() {
    return encoder.densePositionalEncoding();
  }

  @Override
  public EncoderInfo info() {
    return encoder.info();
  }

  @Override
  public PromptEncoderWeights weights() {
    return encoder.weights();
  }

  @Override
  public void close() {
    encoder.close();
  }
}
