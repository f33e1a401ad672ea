package io.promptstream.topology.lookahead;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EventEncoder;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/**
 * Look-ahead of one application: adds its interceptor to the consumers and creates the encoder of
 * each task.
 */
public final class LookAhead {
  private static final String INTERCEPTORS =
      StreamsConfig.mainConsumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);

  private static final String POLLED_EVENTS =
      StreamsConfig.mainConsumerPrefix(LookAheadInterceptor.POLLED_EVENTS);

  private final String inputTopic;
  private final WindowLimits limits;
  private final PolledEvents polled;
  private final AdaptiveLimit adaptiveLimit;

  private LookAhead(String inputTopic, WindowLimits limits) {
    this.inputTopic = inputTopic;
    this.limits = limits;
    polled = new PolledEvents(inputTopic);
    adaptiveLimit = new AdaptiveLimit(limits, System::nanoTime);
  }

  /** Returns look-ahead as configured. */
  public static LookAhead of(PromptStreamConfig config) {
    return new LookAhead(
        config.inputTopic(),
        new WindowLimits(config.lookAheadMaxPrompts(), config.lookAheadMaxMasks()));
  }

  /** Returns how many tokens the results of a window have at most; a single event may have more. */
  public static long windowTokens(PromptStreamConfig config) {
    return of(config).limits.maxTokens();
  }

  /** Adds the interceptor to the settings of Kafka Streams, after the user's interceptors. */
  public void install(Properties streams) {
    if (!limits.enabled()) {
      return;
    }
    String users = userInterceptors(streams);
    String ours = LookAheadInterceptor.class.getName();
    streams.put(INTERCEPTORS, users.isBlank() ? ours : users + ',' + ours);
    streams.put(POLLED_EVENTS, polled);
  }

  /**
   * Returns the user's interceptors. Ours is set under the most specific name, which overrides the
   * others.
   */
  private static String userInterceptors(Properties streams) {
    for (String name : new String[] {
      INTERCEPTORS,
      StreamsConfig.consumerPrefix(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG),
      ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG
    }) {
      String value = streams.getProperty(name);
      if (value != null) {
        return value;
      }
    }
    return "";
  }

  /**
   * Returns the encoder for a task's processor; the caller closes it with the processor.
   *
   * @throws IllegalStateException if this look-ahead is enabled and is not installed in the
   *     settings of Kafka Streams
   */
  public WindowedEncoder windows(EventEncoder encoder, ProcessingContext context) {
    requireInstalled(context.appConfigs());
    // There is one input topic, so a task is one of its partitions.
    return windows(
        encoder,
        context.taskId().partition(),
        new LookAheadMetrics(context, polled, adaptiveLimit));
  }

  /**
   * Returns an encoder without Kafka Streams, for the events of partition 0 that the caller passes
   * to {@link #note}.
   *
   * @param metrics gets the metrics until the encoder is closed
   */
  public WindowedEncoder windows(EventEncoder encoder, Metrics metrics) {
    return windows(
        encoder, 0, new LookAheadMetrics(metrics, new TaskId(0, 0), polled, adaptiveLimit));
  }

  private WindowedEncoder windows(EventEncoder encoder, int partition, LookAheadMetrics metrics) {
    return new WindowedEncoder(
        polled, adaptiveLimit, new TopicPartition(inputTopic, partition), encoder, metrics);
  }

  /** Notes polled records, as the interceptor does. */
  public void note(ConsumerRecords<byte[], byte[]> records) {
    polled.note(records);
  }

  /** Without the interceptor each event would silently be encoded alone. */
  private void requireInstalled(Map<String, Object> streams) {
    if (!limits.enabled()) {
      return;
    }
    String interceptors = String.valueOf(streams.get(INTERCEPTORS));
    String ours = LookAheadInterceptor.class.getName();
    if (!interceptors.contains(ours) || streams.get(POLLED_EVENTS) != polled) {
      throw new IllegalStateException(
          ("Look-ahead is not installed in the properties of Kafka Streams: %s is %s and must contain"
                  + " %s with the %s of the same PromptStream; start Kafka Streams with"
                  + " PromptStream.properties(), or set %s=0 to encode each event alone.")
              .formatted(
                  INTERCEPTORS,
                  interceptors,
                  ours,
                  POLLED_EVENTS,
                  PromptStreamConfig.LOOKAHEAD_MAX_PROMPTS));
    }
  }
}
