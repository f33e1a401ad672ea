package io.promptstream.workbench.faults;

import ai.djl.engine.EngineException;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.workbench.process.ApplicationProcess;
import io.promptstream.workbench.process.ChildJvm;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.management.JMException;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Main class of an instance: the real application with an encoder whose next call fails when the
 * parent process writes a line with a {@link Failure}.
 */
public final class FaultyApplication {
  /** Line that the process writes to its parent when a call hangs. */
  static final String HANGING = "hanging";

  private FaultyApplication() {}

  /** How a call fails. */
  enum Failure {
    /** The device is gone: all later calls also fail, with any window size. */
    ENGINE_EXCEPTION,
    /** Memory is exhausted. */
    OUT_OF_MEMORY,
    /** A bug: the stream thread dies of an unexpected error. */
    ERROR,
    /** The call never returns, and its thread has uncommitted results of an earlier call. */
    HANG
  }

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) {
    AtomicReference<@Nullable Failure> next = new AtomicReference<>();
    ApplicationProcess.run(
        arguments[0],
        model -> new FaultyEncoder(model, next),
        line -> next.set(Failure.valueOf(line)));
  }

  private static final class FaultyEncoder extends ForwardingPromptEncoder {
    private final AtomicReference<@Nullable Failure> next;
    private final ThreadLocal<Double> commitsAtLastCall = ThreadLocal.withInitial(() -> Double.NaN);

    FaultyEncoder(PromptEncoder real, AtomicReference<@Nullable Failure> next) {
      super(real);
      this.next = next;
    }

    @Override
    public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
      double commits = commits();
      boolean uncommitted = commits == commitsAtLastCall.get();
      Failure failure = next.getAndUpdate(now -> staysPending(now, uncommitted) ? now : null);
      if (failure != null && (failure != Failure.HANG || uncommitted)) {
        fail(failure);
      }
      commitsAtLastCall.set(commits);
      return super.encode(prompts);
    }

    private static boolean staysPending(@Nullable Failure failure, boolean uncommitted) {
      return failure == Failure.ENGINE_EXCEPTION || (failure == Failure.HANG && !uncommitted);
    }

    /** Returns the commit count of the calling stream thread from Kafka Streams' metrics. */
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
          while (true) {
            // Like a hang in native code, which only SIGKILL ends.
            LockSupport.park();
          }
        }
      }
    }
  }
}
