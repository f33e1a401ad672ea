package io.promptstream.workbench.guarantee;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.workbench.services.RecordSender;
import io.promptstream.workbench.services.Services;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Sends events at a mean rate, in random bursts, on a separate thread until it is stopped; an
 * idempotent producer retries during outages of the broker.
 */
public final class EventLoad implements AutoCloseable {
  /** Mean events per second. */
  private static final int RATE = 300;

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Ledger ledger;
  private final Source source;
  private final String topic;
  private final Random random;
  private final RecordSender sender;
  private final EventValues values;
  private final AtomicLong next = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "load");
  private volatile boolean stopped;
  private volatile long clockOffsetMillis;

  /**
   * Creates a load; call {@link #start} to send.
   *
   * @param topic the topic of the events
   */
  public EventLoad(Ledger ledger, Source source, Services services, String topic, long seed) {
    this.ledger = ledger;
    this.source = source;
    this.topic = topic;
    random = new Random(seed);
    values = new EventValues(topic, services.registryUrl());
    int timeoutMillis = Math.toIntExact(TIMEOUT.toMillis());
    sender = new RecordSender(Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        services.bootstrapServers(),
        // With more, a later batch can overtake a first batch that the leader of a new topic
        // has rejected; the first batch then stays out of order.
        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
        1,
        ProducerConfig.LINGER_MS_CONFIG,
        5,
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        timeoutMillis,
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        timeoutMillis));
  }

  /** Starts sending. */
  public void start() {
    thread.start();
  }

  /** Sends this many events immediately. */
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      send(source.next(next.get(), random));
    }
  }

  /** Sends a valid event whose dense embedding is too large to send. */
  public void sendTooLarge() {
    send(Samples.tooLarge(random));
  }

  /** Returns the number of the next event. */
  public long next() {
    return next.get();
  }

  /** Shifts the timestamps of later records by this offset. */
  public void jumpClock(Duration offset) {
    clockOffsetMillis = offset.toMillis();
  }

  private void run() {
    try {
      while (!stopped) {
        int burst = 1 + random.nextInt(Math.max(1, RATE / 2));
        for (int i = 0; i < burst; i++) {
          send(source.next(next.get(), random));
        }
        TimeUnit.NANOSECONDS.sleep((long) (1e9 * burst / RATE));
      }
    } catch (InterruptedException e) {
      // Same as a stop.
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send(Sample sample) {
    long number = next.get();
    long timestamp = Math.max(0, System.currentTimeMillis() + clockOffsetMillis);
    Event event = new Event(number, sample, timestamp);
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic, null, timestamp, event.key().getBytes(UTF_8), values.of(event));
    record.headers().add(RecordSender.number(number));
    ledger.sent(event);
    next.incrementAndGet();
    // The callback gets the same result as the future.
    var unused = sender.send(
        record,
        metadata -> ledger.accepted(
            event, new TopicPartition(metadata.topic(), metadata.partition()), metadata.offset()));
  }

  /**
   * Stops and waits until the broker has acknowledged all events.
   *
   * @throws IllegalStateException if sending failed; the guarantees can then not be checked
   */
  public void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    sender.flush();
    Exception thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("An event could not be sent", thrown);
    }
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    sender.close();
    values.close();
  }
}
