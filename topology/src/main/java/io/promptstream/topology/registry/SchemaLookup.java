package io.promptstream.topology.registry;

import io.promptstream.schemas.serde.LookupFailure;
import io.promptstream.schemas.serde.UndecodableRecordException;
import io.promptstream.schemas.serde.UnknownSchemaException;
import io.promptstream.topology.config.RegistryTimeouts;
import io.promptstream.topology.retry.RetryPolicy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests one schema from the registry. Retries with exponential back-off while the registry does
 * not answer or does not know the schema yet.
 */
final class SchemaLookup<T> implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(SchemaLookup.class);

  private static final long FIRST_PAUSE_NANOS = 100_000_000;
  private static final long LONGEST_PAUSE_NANOS = 1_000_000_000;

  private final int schemaId;
  private final RegistryTimeouts limits;
  private final long begin = System.nanoTime();
  private final long graceEnd;
  private final Supplier<@Nullable T> request;
  private final CompletableFuture<@Nullable T> answer = new CompletableFuture<>();
  private final CompletableFuture<@Nullable T> outcome;
  private volatile @Nullable Throwable lastFailure;

  /**
   * Creates a look-up for a thread to run.
   *
   * @param polledNanos when the event that needs the schema was polled
   * @param request throws the exceptions of
   *     {@link io.promptstream.schemas.serde.RecordDeserializer}
   * @param whenDone called once, before the outcome is visible
   */
  SchemaLookup(
      int schemaId,
      RegistryTimeouts limits,
      long polledNanos,
      Supplier<@Nullable T> request,
      Consumer<SchemaLookup<T>> whenDone) {
    this.schemaId = schemaId;
    this.limits = limits;
    this.request = request;
    graceEnd = polledNanos + limits.grace().toNanos();
    outcome = answer.whenComplete((event, thrown) -> whenDone.accept(this));
  }

  /**
   * Returns the result of the request. It fails with the first exception that is not transient,
   * with a {@link TimeoutException} after the timeout, or as {@link #stop} says.
   */
  CompletableFuture<@Nullable T> outcome() {
    return outcome;
  }

  int schemaId() {
    return schemaId;
  }

  /** Returns why the registry did not answer the last request, or null if none has failed yet. */
  @Nullable Throwable lastFailure() {
    return lastFailure;
  }

  /** Ends the look-up, even if a request is still in progress. */
  void stop() {
    answer.completeExceptionally(RegistryTimeoutException.stopped(schemaId));
  }

  @Override
  public void run() {
    long pause = FIRST_PAUSE_NANOS;
    while (!answer.isDone()) {
      try {
        answer.complete(request.get());
      } catch (UnknownSchemaException e) {
        pauseOrFail(pause, graceEnd - System.nanoTime(), e);
      } catch (RuntimeException | Error e) {
        if (e instanceof UndecodableRecordException || !LookupFailure.isTransient(e)) {
          answer.completeExceptionally(e);
        } else {
          failed(e);
          long left = begin + limits.timeout().toNanos() - System.nanoTime();
          pauseOrFail(pause, left, new TimeoutException());
        }
      }
      pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
    }
  }

  private void failed(Throwable thrown) {
    if (lastFailure == null) {
      log.warn(
          "The schema registry does not answer for schema id {}, and an event waits: {}. Retrying"
              + " for up to {} ms.",
          schemaId,
          RetryPolicy.reason(thrown),
          limits.timeout().toMillis());
    }
    lastFailure = thrown;
  }

  /** Pauses, or fails if no time is left; returns at once if the look-up is done. */
  private void pauseOrFail(long pause, long left, Throwable failure) {
    if (left <= 0) {
      answer.completeExceptionally(failure);
      return;
    }
    try {
      answer.get(Math.min(pause, left), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // The loop sends the next request, or ends because the look-up was stopped.
    } catch (InterruptedException e) {
      // The thread pool was shut down.
      stop();
    }
  }
}
