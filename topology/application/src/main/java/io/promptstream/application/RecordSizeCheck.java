package io.promptstream.application;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.config.TopicNames;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that every possible record can be sent: the encoder's largest results and the largest
 * event fit the producer, and the producer's largest request fits the topics.
 */
final class RecordSizeCheck {
  private static final Logger log = LoggerFactory.getLogger(RecordSizeCheck.class);

  /** Bytes for everything in a record except its tensor or event: key, names, headers. */
  static final int HEADROOM = 64 << 10;

  /** For every model family: two corners of a box and one padding token. */
  private static final int TOKENS_BESIDES_POINTS = 3;

  private RecordSizeCheck() {}

  /**
   * Compares the encoder's largest results with the producer's limits.
   *
   * @throws StartupException naming the two limits that conflict
   */
  static void checkProducer(PromptStreamConfig config, EncoderInfo info) {
    checkResults(config.maxRequestSize(), info);
    if (config.sessions()) {
      requireFits(
          config.maxRequestSize(),
          config.sessionMaxBytes(),
          "the state of an object of a session",
          "a smaller " + PromptStreamConfig.SESSION_MAX_BYTES);
    }
    checkBuffer(config.maxRequestSize(), config.producerBufferMemory());
  }

  /** Returns the bytes of the tensors of the largest dense record. */
  static long largestDense(EncoderInfo info) {
    long places = (long) info.profile().gridSize() * info.profile().gridSize();
    long width = info.embeddingWidth();
    long channels = info.maskChannels();
    return switch (info.denseFormat()) {
      case FACTORED ->
        channels * places * info.dataType().bytes() + (channels + 1) * width * Float.BYTES;
      case FULL -> width * places * info.dataType().bytes();
    };
  }

  /** Returns the bytes of the tensor of the largest sparse record. */
  static long largestSparse(EncoderInfo info) {
    long tokens = (long) info.maxPoints() + TOKENS_BESIDES_POINTS;
    return tokens * info.embeddingWidth() * info.dataType().bytes();
  }

  private static void checkResults(int maxRequestSize, EncoderInfo info) {
    requireFits(
        maxRequestSize,
        largestDense(info),
        "a dense embedding (format %s)".formatted(info.denseFormat()),
        "%s=FACTORED".formatted(PromptStreamConfig.DENSE_FORMAT));
    requireFits(
        maxRequestSize,
        largestSparse(info),
        "a sparse embedding of %d points".formatted(info.maxPoints()),
        "a smaller %s".formatted(PromptStreamConfig.MAX_POINTS));
  }

  private static void requireFits(int maxRequestSize, long bytes, String what, String alternative) {
    if (bytes + HEADROOM > maxRequestSize) {
      throw new StartupException(
          "producer.max.request.size is %d, but %s needs %d bytes: raise it, or set %s."
              .formatted(maxRequestSize, what, bytes + HEADROOM, alternative));
    }
  }

  private static void checkBuffer(int maxRequestSize, long bufferMemory) {
    if (bufferMemory < maxRequestSize) {
      throw new StartupException(
          "producer.buffer.memory is %d, less than producer.max.request.size, which is %d."
              .formatted(bufferMemory, maxRequestSize));
    }
  }

  /**
   * Compares the producer's limit with those of the topics.
   *
   * @param settings the topics' settings; unknown settings are absent
   * @throws StartupException naming the two limits that conflict
   */
  static void checkTopics(PromptStreamConfig config, Map<String, TopicSettings> settings) {
    TopicNames topics = config.topics();
    int maxRequestSize = config.maxRequestSize();
    for (String topic : List.of(topics.sparse(), topics.dense(), topics.errors())) {
      int limit = settings.getOrDefault(topic, TopicSettings.UNKNOWN).maxMessageBytes();
      if (limit < maxRequestSize) {
        throw new StartupException(
            "Topic %s has max.message.bytes=%d, less than producer.max.request.size, which is %d."
                .formatted(topic, limit, maxRequestSize));
      }
    }
    if (config.sessions()) {
      requireSessionsFit(config, topics.input(), settings);
      requireSessionsFit(config, config.sessionsChangelog(), settings);
    }
    TopicSettings input = settings.getOrDefault(topics.input(), TopicSettings.UNKNOWN);
    if (input.maxMessageBytes() != TopicSettings.UNKNOWN.maxMessageBytes()
        && (long) input.maxMessageBytes() + HEADROOM > maxRequestSize) {
      log.warn(
          "Topic {} with max.message.bytes={} accepts events that are too large for topic {},"
              + " because producer.max.request.size is {}: if rejected, they go there without their"
              + " value",
          topics.input(),
          input.maxMessageBytes(),
          topics.errors(),
          maxRequestSize);
    }
  }

  private static void requireSessionsFit(
      PromptStreamConfig config, String topic, Map<String, TopicSettings> settings) {
    int limit = settings.getOrDefault(topic, TopicSettings.UNKNOWN).maxMessageBytes();
    if (limit < config.sessionRecordBytes()) {
      throw new StartupException(
          "Topic %s has max.message.bytes=%d, but a record of a session can have %d bytes: raise it, or set a smaller %s."
              .formatted(
                  topic, limit, config.sessionRecordBytes(), PromptStreamConfig.SESSION_MAX_BYTES));
    }
  }
}
