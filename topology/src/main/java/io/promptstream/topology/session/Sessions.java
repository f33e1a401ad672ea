package io.promptstream.topology.session;

import static java.util.Objects.requireNonNull;

import io.promptstream.schemas.Close;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SessionState;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EventDecoder;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.errors.RecordSize;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.errors.RejectedEventHandler;
import io.promptstream.topology.output.Output;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.topology.session.SessionFold.Outcome;
import io.promptstream.topology.session.SessionFold.Result;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Supplies the processors that apply actions to the states of their objects and forward the
 * prompts. Key, timestamp and headers of an action pass through unchanged.
 *
 * <p>Sessions expire by the clock of the instance, not by the timestamps of actions: a partition
 * without new actions has no time of its own, and the timestamp of one action must not end the
 * sessions of others.
 */
public final class Sessions implements ProcessorSupplier<byte[], byte[], byte[], Output> {
  /** A new task first processes the actions that waited for it longer than a session lives. */
  private static final Duration FIRST_EXPIRY = Duration.ofMinutes(1);

  private final PromptStreamConfig config;
  private final SharedSerdes serdes;
  private final SessionFold fold;
  private final SessionMetrics metrics = new SessionMetrics();

  /**
   * Creates the processors of one application.
   *
   * @param encoder validates prompts before they are written
   */
  public Sessions(PromptStreamConfig config, EventEncoder encoder, SharedSerdes serdes) {
    this.config = config;
    this.serdes = serdes;
    fold = new SessionFold(
        new SessionLimits(config.sessionMaxSteps(), config.sessionMaxBytes()), encoder::validate);
  }

  /** Adds settings of the store that the user does not set to the settings of Kafka Streams. */
  public static void install(Properties streams) {
    streams.putIfAbsent(
        StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, SessionStoreMemory.class.getName());
  }

  @Override
  public Processor<byte[], byte[], byte[], Output> get() {
    return new SessionProcessor();
  }

  /** Returns the store, which is cached: the changelog gets an object's last state of a commit. */
  @Override
  public Set<StoreBuilder<?>> stores() {
    return Set.of(Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(PromptStreamConfig.SESSIONS_STORE),
            Serdes.String(),
            SessionStates.serde())
        .withCachingEnabled()
        .withLoggingEnabled(Map.of(
            TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
            Integer.toString(config.sessionRecordBytes()),
            // The broker would refuse states with the timestamps of some actions.
            TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
            "LogAppendTime")));
  }

  private final class SessionProcessor implements Processor<byte[], byte[], byte[], Output> {
    private final EventDecoder<PromptAction> decoder =
        new EventDecoder<>("PromptAction", config.maxRequestSize(), serdes.actionReader());

    private ProcessorContext<byte[], Output> context;
    private SessionObjects objects;

    @Override
    public void init(ProcessorContext<byte[], Output> context) {
      this.context = context;
      RejectedEventHandler.requireIn(context.appConfigs(), config.errorsTopic());
      metrics.register(context.metrics());
      KeyValueStore<String, SessionState> store =
          context.getStateStore(PromptStreamConfig.SESSIONS_STORE);
      ObjectStates states = new ObjectStates(store, Uuid.randomUuid().toString());
      objects = new SessionObjects(states, fold, config.sessionMaxObjects());
      Expiry expiry = new Expiry(states, config.sessionTtl());
      long first = context.currentSystemTimeMs() + FIRST_EXPIRY.toMillis();
      context.schedule(Expiry.INTERVAL, PunctuationType.WALL_CLOCK_TIME, now -> {
        if (now >= first) {
          metrics.expired(expiry.step(now));
        }
      });
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      try {
        RecordSize.requireFewHeaders(config.maxHeaders(), record.headers());
        PromptAction action = decoder.decode(record.value(), System.nanoTime());
        metrics.count(action.getAction() instanceof Close ? close(action) : change(action, record));
      } catch (RejectedEventException e) {
        metrics.rejected(e.code());
        throw e;
      }
    }

    private Outcome close(PromptAction action) {
      return objects.close(action, source().offset(), context.currentSystemTimeMs());
    }

    private Outcome change(PromptAction action, Record<byte[], byte[]> record) {
      String key = SessionFold.key(action);
      Result result = objects.apply(key, action, source().offset(), context.currentSystemTimeMs());
      PromptEvent prompt = result.prompt();
      if (prompt == null) {
        return result.outcome();
      }
      byte[] value = serialized(prompt);
      RecordSize.requireAtMost(
          config.sessionRecordBytes(), "prompt", record.key(), value, record.headers());
      // Nothing below this line may reject the action.
      objects.store(key, result.state());
      context.forward(record.withValue(new Output(source().partition(), value)));
      return result.outcome();
    }

    private RecordMetadata source() {
      return context.recordMetadata().orElseThrow();
    }

    private byte[] serialized(PromptEvent prompt) {
      return requireNonNull(
          serdes.promptEvent().serializer().serialize(config.inputTopic(), prompt));
    }
  }
}
