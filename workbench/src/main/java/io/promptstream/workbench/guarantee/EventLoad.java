package io.promptstream.workbench.guarantee;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/**
 * Sends events at a mean rate, in random bursts, on a separate thread until it is stopped; an
 * idempotent producer retries during outages of the broker.
 */
public final class EventLoad implements AutoCloseable {
  /** Header with the event's number, which its outputs keep. */
  static final String NUMBER = "number";

  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Ledger ledger;
  private final Samples samples;
  private final Target target;
  private final Random random;
  private final Producer<byte[], byte[]> producer;
  private final Serde<PromptEvent> serde;
  private final AtomicLong next = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Thread thread = new Thread(this::run, "load");
  private volatile boolean stopped;
  private volatile long clockOffsetMillis;

  /**
   * Where and how fast to send events.
   *
   * @param bootstrapServers the broker's address
   * @param registryUrl the registry's address
   * @param topic the input topic
   * @param rate mean events per second
   */
  public record Target(String bootstrapServers, String registryUrl, String topic, double rate) {}

  /** Creates a load; call {@link #start} to send. */
  public EventLoad(Ledger ledger, Samples samples, Target target, long seed) {
    this.ledger = ledger;
    this.samples = samples;
    this.target = target;
    random = new Random(seed);
    serde = AvroSerdes.promptEvent(Map.of("schema.registry.url", target.registryUrl()));
    int timeoutMillis = Math.toIntExact(TIMEOUT.toMillis());
    producer = new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            target.bootstrapServers(),
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            // With more, a later batch can overtake a first batch that the leader of a new topic
            // has rejected; the first batch then stays out of order.
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            1,
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            timeoutMillis,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            timeoutMillis,
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            500),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Starts sending. */
  public void start() {
    thread.start();
  }

  /** Sends this many events immediately. */
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      send(samples.next(random));
    }
  }

  /** Sends a valid event whose dense embedding is too large to send. */
  public void sendTooLarge() {
    send(samples.tooLarge());
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
        int burst = 1 + random.nextInt(Math.max(1, (int) target.rate() / 2));
        for (int i = 0; i < burst; i++) {
          send(samples.next(random));
        }
        TimeUnit.NANOSECONDS.sleep((long) (1e9 * burst / target.rate()));
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
    LongFunction<PromptEvent> prompt = sample.prompt();
    byte[] value = prompt == null
        ? sample.payload()
        : serde.serializer().serialize(target.topic(), prompt.apply(number));
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(target.topic(), null, timestamp, event.key().getBytes(UTF_8), value);
    record.headers().add(NUMBER, ByteBuffer.allocate(Long.BYTES).putLong(number).array());
    ledger.sent(event);
    next.incrementAndGet();
    // The callback gets the same result as the future.
    var unused = producer.send(record, (metadata, thrown) -> {
      if (thrown == null) {
        TopicPartition partition = new TopicPartition(metadata.topic(), metadata.partition());
        ledger.accepted(event, partition, metadata.offset());
      } else {
        failure.compareAndSet(null, thrown);
      }
    });
  }

  /**
   * Stops and waits until the broker has acknowledged all events.
   *
   * @throws IllegalStateException if sending failed; the guarantees can then not be checked
   */
  public void stop() throws InterruptedException {
    stopped = true;
    thread.join();
    producer.flush();
    Exception thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("An event could not be sent", thrown);
    }
  }

  @Override
  public void close() {
    stopped = true;
    thread.interrupt();
    producer.close(Duration.ZERO);
    serde.close();
  }
}
