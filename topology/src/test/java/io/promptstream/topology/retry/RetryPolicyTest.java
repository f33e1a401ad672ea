package io.promptstream.topology.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class RetryPolicyTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final AtomicInteger calls = new AtomicInteger();

  private static boolean always(RuntimeException thrown) {
    return true;
  }

  private Supplier<String> worksAfter(int failures) {
    return () -> {
      int call = calls.incrementAndGet();
      if (call <= failures) {
        throw new IllegalStateException("failure " + call);
      }
      return "done";
    };
  }

  @Test
  void shouldRetryUntilTheActionSucceeds() {
    assertThat(new RetryPolicy(LONG).call(worksAfter(2), RetryPolicyTest::always))
        .isEqualTo("done");
    assertThat(calls).hasValue(3);
  }

  @Test
  void shouldThrowAFailureAtOnceIfItIsNotTransient() {
    Predicate<RuntimeException> onlyFirst = thrown -> "failure 1".equals(thrown.getMessage());

    assertThatThrownBy(() -> new RetryPolicy(LONG).call(worksAfter(9), onlyFirst))
        .hasMessage("failure 2");
    assertThat(calls).hasValue(2);
  }

  @Test
  void shouldTryOnceMoreAtTheDeadlineAndThrowItsFailure() {
    assertThatThrownBy(() -> new RetryPolicy(Duration.ofMillis(200))
            .call(worksAfter(Integer.MAX_VALUE), RetryPolicyTest::always))
        .hasMessage("failure 2");
  }

  @Test
  void shouldTryOnceIfTheTimeoutIsZero() {
    assertThatThrownBy(
            () -> new RetryPolicy(Duration.ZERO).call(worksAfter(1), RetryPolicyTest::always))
        .hasMessage("failure 1");
    assertThatThrownBy(() ->
            new RetryPolicy(Duration.ofMillis(-5)).call(worksAfter(9), RetryPolicyTest::always))
        .hasMessage("failure 2");
  }

  @Test
  void shouldStopWhenItsThreadIsInterruptedAndKeepTheInterrupt() throws Exception {
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    CountDownLatch failed = new CountDownLatch(2);
    Thread caller = new Thread(() -> {
      try {
        new RetryPolicy(LONG)
            .call(
                () -> {
                  failed.countDown();
                  throw new IllegalStateException("still down");
                },
                RetryPolicyTest::always);
      } catch (IllegalStateException e) {
        interrupted.complete(Thread.currentThread().isInterrupted());
      }
    });
    caller.start();
    failed.await();

    caller.interrupt();

    assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
  }
}
