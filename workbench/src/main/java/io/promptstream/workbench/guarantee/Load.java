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
 * Sends events at a mean rate, in bursts of all sizes, on a thread of its own, until it is stopped;
 * an idempotent producer waits out whatever happens to the broker.
 */
public final class Load implements AutoCloseable {
  /** The header that carries an event's number, through to all that comes of it. */
  static final String NUMBER = "number";

  private static final Duration PATIENCE = Duration.ofMinutes(5);

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
   * Where events go.
   *
   * @param bootstrapServers the broker's address
   * @param registryUrl the registry's address
   * @param topic the input topic
   * @param rate mean events per second
   */
  public record Target(String bootstrapServers, String registryUrl, String topic, double rate) {}

  /** Prepares to send; nothing is sent yet. */
  public Load(Ledger ledger, Samples samples, Target target, long seed) {
    this.ledger = ledger;
    this.samples = samples;
    this.target = target;
    random = new Random(seed);
    serde = AvroSerdes.promptEvent(Map.of("schema.registry.url", target.registryUrl()));
    int patience = Math.toIntExact(PATIENCE.toMillis());
    producer = new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            target.bootstrapServers(),
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            // With more, a batch can overtake the first one, which the leader of a topic that was
            // just
            // created refuses; the first one is then out of order for good.
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            1,
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            patience,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            patience,
            ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            500),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** Starts to send. */
  public void start() {
    thread.start();
  }

  /** Sends this many events at once, instead of at a rate. */
  public void send(int count) {
    for (int i = 0; i < count; i++) {
      send(samples.next(random));
    }
  }

  /** Sends an event that can be encoded, but whose dense embedding is too large to be sent. */
  public void sendTooLarge() {
    send(samples.tooLarge());
  }

  /** Returns the number of the next event. */
  public long next() {
    return next.get();
  }

  /** From now on, records have timestamps that are off by this much. */
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
      // As good as told to stop.
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
    // The callback gets what the future would.
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
   * Stops, and waits until the broker has taken all that was sent.
   *
   * @throws IllegalStateException if it has not: then nothing can be said about guarantees
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
