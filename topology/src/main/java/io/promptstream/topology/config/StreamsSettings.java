package io.promptstream.topology.config;

import io.promptstream.encoder.DenseFormat;
import io.promptstream.topology.errors.FailedSendHandler;
import io.promptstream.topology.errors.RejectedEventHandler;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Builds the settings of Kafka Streams: the user's settings unchanged, our defaults for the
 * settings that the user does not set, and the error handling, which the user cannot set.
 */
final class StreamsSettings {
  private static final String MAX_REQUEST_SIZE = "producer.max.request.size";

  /** The last name is an old name of the second, which Kafka Streams still reads. */
  private static final List<String> RESERVED = List.of(
      StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
      StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
      StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
      "default.production.exception.handler");

  private StreamsSettings() {}

  /**
   * A default of ours, which differs from Kafka's or must not change with it.
   *
   * @param name the setting
   * @param value its value if the user does not set it
   * @param why the reason for the value
   */
  record Default(String name, String value, String why) {}

  /** Returns whether settings of Kafka Streams ask for exactly-once. */
  static boolean exactlyOnce(Map<String, String> streams) {
    return StreamsConfig.EXACTLY_ONCE_V2.equals(
        streams.get(StreamsConfig.PROCESSING_GUARANTEE_CONFIG));
  }

  static List<Default> defaults(DenseFormat denseFormat) {
    return List.of(
        new Default(
            "application.id",
            "promptstream",
            "Names the consumer group; instances with the same name share the work."),
        new Default(
            "processing.guarantee",
            StreamsConfig.AT_LEAST_ONCE,
            "A click does not wait for a commit, and a duplicate is harmless."),
        new Default(
            "consumer.auto.offset.reset",
            "earliest",
            "Events from before the first start are encoded too."),
        new Default(
            "buffered.records.per.partition",
            "1",
            "A partition is polled again only after its polled events are processed. With Kafka"
                + " Streams' default of 1000, large events can fill any heap."),
        new Default(
            "producer.linger.ms", "5", "Kafka Streams' default of 100 ms is too slow for a click."),
        new Default(
            "producer.batch.size",
            "131072",
            "Kafka's default of 16 KiB holds only three embeddings, so requests are inefficient."),
        new Default(
            MAX_REQUEST_SIZE,
            maxRequestSize(denseFormat),
            "Room for the largest record: 2 MiB, or 8 MiB with the dense format FULL."));
  }

  // A full dense embedding has 4 MiB, a factored one 273 KiB, and 1000 points have 1 MiB.
  private static String maxRequestSize(DenseFormat denseFormat) {
    int mebibytes = switch (denseFormat) {
      case FACTORED -> 2;
      case FULL -> 8;
    };
    return Integer.toString(mebibytes << 20);
  }

  /**
   * Rejects settings that only PromptStream may set.
   *
   * @throws ConfigException naming the setting and its value
   */
  static void refuseReserved(Map<String, String> settings) {
    RESERVED.stream().filter(settings::containsKey).findFirst().ifPresent(name -> {
      throw new ConfigException(
          name,
          settings.get(name),
          "PromptStream handles errors itself; remove this setting, and set %s for their topic"
              .formatted(PromptStreamConfig.ERRORS_TOPIC));
    });
  }

  /** Returns the user's settings without our own, and our defaults for those that are not set. */
  static Map<String, String> withDefaults(Map<String, String> settings, DenseFormat denseFormat) {
    Map<String, String> streams = new HashMap<>(settings);
    streams.keySet().removeIf(name -> name.startsWith(PromptStreamConfig.PREFIX));
    missingDefaults(settings, denseFormat).forEach(ours -> streams.put(ours.name(), ours.value()));
    return streams;
  }

  /** Returns our defaults for the settings that the user does not set. */
  static List<Default> missingDefaults(Map<String, String> settings, DenseFormat denseFormat) {
    return defaults(denseFormat).stream()
        // A user may also set it for all clients, without the prefix of ours.
        .filter(
            ours -> Stream.of(ours.name(), ours.name().replaceFirst("^(producer|consumer)\\.", ""))
                .noneMatch(settings::containsKey))
        .toList();
  }

  static Properties properties(
      Map<String, String> withDefaults, TopicNames topics, int maxRequestSize) {
    Properties properties = new Properties();
    properties.putAll(withDefaults);
    properties.setProperty(
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        RejectedEventHandler.class.getName());
    properties.setProperty(
        StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedSendHandler.class.getName());
    // The handler reads the setting under this name only.
    properties.setProperty(MAX_REQUEST_SIZE, Integer.toString(maxRequestSize));
    properties.setProperty(
        StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, topics.errors());
    return properties;
  }
}
