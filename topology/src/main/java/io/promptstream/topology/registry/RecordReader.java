package io.promptstream.topology.registry;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.serde.LookupFailure;
import io.promptstream.schemas.serde.RecordDeserializer;
import io.promptstream.schemas.serde.UndecodableRecordException;
import io.promptstream.schemas.serde.UnknownSchemaException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.RegistryTimeouts;
import io.promptstream.topology.retry.RetryPolicy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the events of one topic, and looks up schemas that are not in memory.
 *
 * <p>Before its turn, such an event starts a look-up, and nothing waits. In its turn, it waits for
 * the look-up, up to a deadline ({@link RegistryTimeouts#timeout()}). A look-up retries while the
 * registry does not answer, and during a grace period ({@link RegistryTimeouts#grace()}) while the
 * registry does not know the schema.
 *
 * <p>Look-ups run on separate threads: Confluent's client swallows interrupts, and a server that
 * sends one byte at a time can exceed its timeouts.
 */
public final class RecordReader<T extends SpecificRecord> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RecordReader.class);

  /** The maximum number of threads that an unresponsive registry can block. */
  private static final int MAX_THREADS = 16;

  private final String topic;
  private final RecordDeserializer<T> deserializer;
  private final RegistryTimeouts limits;
  private final String registryUrl;

  /** Unfinished look-ups: by schema id, or by a new object if events do not share the look-up. */
  private final Map<Object, SchemaLookup<T>> running = new ConcurrentHashMap<>();

  private final LongAdder lookUps = new LongAdder();
  private final LongAdder failedLookUps = new LongAdder();

  private volatile boolean stopped;

  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      MAX_THREADS, MAX_THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
        Thread thread = new Thread(work, "promptstream-schemas");
        thread.setDaemon(true);
        return thread;
      });

  RecordReader(PromptStreamConfig config, String topic, RecordDeserializer<T> deserializer) {
    this.deserializer = deserializer;
    this.topic = topic;
    limits = config.registryWait();
    registryUrl = config.clients().registryUrl();
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Reads every schema that is registered for the topic, so that its first event does not wait. A
   * schema that cannot be read now is looked up with its first event.
   */
  public void learnRegistered() {
    if (!deserializer.keepsReaders()) {
      return;
    }
    try {
      for (int id : deserializer.registeredIds(topic)) {
        learnRegistered(id);
      }
    } catch (RuntimeException e) {
      // A subject that does not exist has no schemas.
      if (LookupFailure.of(e) != LookupFailure.UNKNOWN_SCHEMA) {
        log.info(
            "The schema registry at {} does not return all schemas of topic {}: {}. The others are"
                + " looked up with their first event.",
            registryUrl,
            topic,
            RetryPolicy.reason(e));
      }
    }
  }

  private void learnRegistered(int schemaId) {
    try {
      deserializer.learn(topic, schemaId);
    } catch (UndecodableRecordException e) {
      log.info("Skipped a schema at start: {}", e.getMessage());
    }
  }

  /**
   * Reads an event before its turn, without waiting. If its schema is not in memory, a look-up
   * starts.
   *
   * @param polledNanos when the event was polled, by {@link System#nanoTime()}
   * @return null if the schema is not in memory
   * @throws UndecodableRecordException if the event can never be read
   */
  public @Nullable T readAhead(byte[] value, long polledNanos) {
    T event = deserializer.deserializeKnown(topic, value);
    if (event == null && deserializer.keepsReaders()) {
      lookUp(RecordDeserializer.schemaId(value), polledNanos);
    }
    return event;
  }

  /** Returns whether a look-up of the event's schema is unfinished. */
  public boolean isLookedUp(byte[] value) {
    return running.containsKey(RecordDeserializer.schemaId(value));
  }

  /**
   * Reads an event in its turn.
   *
   * @param polledNanos when the event was polled, by {@link System#nanoTime()}
   * @throws UndecodableRecordException if the event can never be read
   * @throws RegistryTimeoutException if the registry did not answer within the deadline, or
   *     {@link #stop} was called
   * @throws org.apache.kafka.common.KafkaException if the registry refuses
   */
  public T read(byte[] value, long polledNanos) {
    T event = deserializer.deserializeKnown(topic, value);
    if (event != null) {
      return event;
    }
    int schemaId = RecordDeserializer.schemaId(value);
    long deadline = System.nanoTime() + limits.timeout().toNanos();
    if (deserializer.keepsReaders()) {
      await(() -> lookUp(schemaId, polledNanos), polledNanos, deadline);
      event = deserializer.deserializeKnown(topic, value);
    }
    while (event == null) {
      // The registry determines the reader's schema, or there are too many schemas to keep.
      event = await(
          () -> start(
              new Object(), schemaId, polledNanos, () -> deserializer.deserialize(topic, value)),
          polledNanos,
          deadline);
    }
    return event;
  }

  private @Nullable T await(Supplier<SchemaLookup<T>> lookUps, long polledNanos, long deadline) {
    while (true) {
      SchemaLookup<T> lookUp = lookUps.get();
      try {
        return lookUp.outcome().get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw deadlinePassed(lookUp);
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      } catch (ExecutionException e) {
        Throwable cause = requireNonNull(e.getCause());
        boolean timedOut = cause instanceof TimeoutException;
        if (timedOut && System.nanoTime() - deadline >= 0) {
          throw deadlinePassed(lookUp);
        }
        // A look-up that another event started can end too early for this event.
        boolean again =
            timedOut || (cause instanceof UnknownSchemaException && inGrace(polledNanos));
        if (!again) {
          throw rethrown(cause);
        }
      }
    }
  }

  private static RuntimeException rethrown(Throwable thrown) {
    if (thrown instanceof Error error) {
      throw error;
    }
    return (RuntimeException) thrown;
  }

  private boolean inGrace(long polledNanos) {
    return polledNanos + limits.grace().toNanos() - System.nanoTime() > 0;
  }

  private RegistryTimeoutException deadlinePassed(SchemaLookup<T> lookUp) {
    Throwable failure = lookUp.lastFailure();
    return RegistryTimeoutException.deadline(
        "The schema registry at %s did not answer for schema id %d within %s=%d (%s); the event that needs it is not committed, and no event is lost."
            .formatted(
                registryUrl,
                lookUp.schemaId(),
                PromptStreamConfig.REGISTRY_TIMEOUT,
                limits.timeout().toMillis(),
                failure == null ? "no response" : RetryPolicy.reason(failure)),
        failure);
  }

  /** Returns the look-up of a schema, which events share. */
  private SchemaLookup<T> lookUp(int schemaId, long polledNanos) {
    return start(schemaId, schemaId, polledNanos, () -> {
      deserializer.learn(topic, schemaId);
      return null;
    });
  }

  private SchemaLookup<T> start(
      Object key, int schemaId, long polledNanos, Supplier<@Nullable T> request) {
    SchemaLookup<T> created = new SchemaLookup<>(
        schemaId, limits, polledNanos, request, done -> running.remove(key, done));
    SchemaLookup<T> existing = running.putIfAbsent(key, created);
    if (existing != null) {
      return existing;
    }
    var unused = created
        .outcome()
        .whenComplete((event, thrown) -> (thrown == null ? lookUps : failedLookUps).increment());
    // Read after stop() can find the look-up: either this sees the stop, or stop() sees it.
    if (stopped) {
      created.stop();
    } else {
      threads.execute(created);
    }
    return created;
  }

  /** Returns how many look-ups succeeded. */
  public long lookUps() {
    return lookUps.sum();
  }

  /** Returns how many look-ups failed, after all their attempts. */
  public long failedLookUps() {
    return failedLookUps.sum();
  }

  /** Ends all waits, including future ones, because the application stops. */
  public void stop() {
    stopped = true;
    List.copyOf(running.values()).forEach(SchemaLookup::stop);
  }

  @Override
  public void close() {
    stop();
    threads.shutdownNow();
  }
}
