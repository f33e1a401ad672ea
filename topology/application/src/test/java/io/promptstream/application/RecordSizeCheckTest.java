package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.Profile;
import io.promptstream.topology.config.PromptStreamConfig;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordSizeCheckTest {
  private static final int MEBIBYTE = 1 << 20;

  private static EncoderInfo info(DataType dataType, DenseFormat denseFormat, int maxPoints) {
    return new EncoderInfo(
        "seed-x", true, Profile.SAM, 256, 16, "cpu()", dataType, denseFormat, maxPoints);
  }

  private static PromptStreamConfig config(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "broker:9092");
    settings.put("schema.registry.url", "mock://sizes");
    settings.put("promptstream.checkpoint", "seed:1");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }

  private static Map<String, TopicSettings> limits(int input, int outputs) {
    return new HashMap<>(Map.of(
        "prompt-events", takes(input),
        "sparse-embeddings", takes(outputs),
        "dense-embeddings", takes(outputs),
        "prompt-errors", takes(outputs)));
  }

  private static TopicSettings takes(int maxMessageBytes) {
    return new TopicSettings(maxMessageBytes, "delete", Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private static void run(
      PromptStreamConfig config, EncoderInfo info, Map<String, TopicSettings> limits) {
    RecordSizeCheck.checkProducer(config, info);
    RecordSizeCheck.checkTopics(config, limits);
  }

  @Test
  void shouldComputeTheLargestDenseRecord() {
    assertThat(RecordSizeCheck.largestDense(info(DataType.FLOAT32, DenseFormat.FACTORED, 1)))
        .isEqualTo(16 * 64 * 64 * 4 + 256 * 16 * 4 + 256 * 4);
    assertThat(RecordSizeCheck.largestDense(info(DataType.FLOAT16, DenseFormat.FACTORED, 1)))
        .isEqualTo(16 * 64 * 64 * 2 + 256 * 16 * 4 + 256 * 4);
    assertThat(RecordSizeCheck.largestDense(info(DataType.FLOAT32, DenseFormat.FULL, 1)))
        .isEqualTo(4 * MEBIBYTE);
  }

  @Test
  void shouldComputeTheLargestSparseRecord() {
    assertThat(RecordSizeCheck.largestSparse(info(DataType.FLOAT32, DenseFormat.FULL, 1000)))
        .isEqualTo(1003 * 256 * 4);
    assertThat(RecordSizeCheck.largestSparse(
            info(DataType.FLOAT32, DenseFormat.FULL, Integer.MAX_VALUE)))
        .isEqualTo((Integer.MAX_VALUE + 3L) * 1024);
  }

  @Test
  void shouldAcceptTheDefaultsOnKafkasDefaultInputTopic() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 1000);

    assertThatCode(() -> run(config(), info, limits(1_048_588, 2 * MEBIBYTE)))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldAcceptTheDefaultsForFullEmbeddings() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FULL, 1000);
    PromptStreamConfig config = config("promptstream.dense.format", "FULL");

    assertThatCode(() -> run(config, info, limits(1_048_588, 8 * MEBIBYTE)))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldRejectARequestSizeTooSmallForADenseEmbedding() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FULL, 10);
    PromptStreamConfig config = config("producer.max.request.size", "4194304");

    assertThatThrownBy(() -> run(config, info, limits(1000, 8 * MEBIBYTE)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("producer.max.request.size is 4194304")
        .hasMessageContaining("a dense embedding (format FULL) needs 4259840 bytes")
        .hasMessageContaining("promptstream.dense.format=FACTORED");
  }

  @Test
  void shouldRejectARequestSizeTooSmallForASparseEmbedding() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 3000);

    assertThatThrownBy(() -> run(config(), info, limits(1000, 8 * MEBIBYTE)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("a sparse embedding of 3000 points")
        .hasMessageContaining("promptstream.max.points");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sparse-embeddings", "dense-embeddings", "prompt-errors"})
  void shouldRejectATopicThatAcceptsLessThanTheProducerSends(String topic) {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 1000);
    Map<String, TopicSettings> limits = limits(1_048_588, 2 * MEBIBYTE);
    limits.put(topic, takes(1_048_588));

    assertThatThrownBy(() -> run(config(), info, limits))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "Topic %s has max.message.bytes=1048588, less than producer.max.request.size, which is"
                + " 2097152.",
            topic);
  }

  /** The error records of such events have no value. */
  @Test
  void shouldStartEvenIfEventsCanBeTooLargeForTheErrorTopic() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 500);
    PromptStreamConfig config = config("producer.max.request.size", "1048576");

    assertThatCode(() -> run(config, info, limits(1_048_588, 1_048_588)))
        .doesNotThrowAnyException();
  }

  @Test
  void shouldRejectABufferSmallerThanARequest() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 1000);
    PromptStreamConfig config = config("producer.buffer.memory", "2000000");

    assertThatThrownBy(() -> run(config, info, limits(1000, 2 * MEBIBYTE)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("producer.buffer.memory is 2000000");
  }

  @Test
  void shouldSkipTopicsWithAnUnknownLimit() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 1000);

    assertThatCode(() -> run(config(), info, Map.of())).doesNotThrowAnyException();
  }

  @Test
  void shouldRejectStatesOfSessionsThatCouldNotBeSent() {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 1000);
    PromptStreamConfig config =
        config("promptstream.sessions", "true", "promptstream.session.max.bytes", "2097152");

    assertThatThrownBy(() -> run(config, info, Map.of()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("the state of an object of a session needs 2162688 bytes")
        .hasMessageContaining("a smaller promptstream.session.max.bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"prompt-events", "promptstream-sessions-changelog"})
  void shouldRejectATopicThatAcceptsLessThanASessionSends(String topic) {
    EncoderInfo info = info(DataType.FLOAT32, DenseFormat.FACTORED, 1000);
    Map<String, TopicSettings> limits = limits(1_048_588, 2 * MEBIBYTE);
    assertThatCode(() -> run(config("promptstream.sessions", "true"), info, limits))
        .doesNotThrowAnyException();
    limits.put(topic, takes(983_039));

    assertThatThrownBy(() -> run(config("promptstream.sessions", "true"), info, limits))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "Topic %s has max.message.bytes=983039, but a record of a session can have 983040"
                + " bytes: raise it, or set a smaller promptstream.session.max.bytes.",
            topic);
    assertThatCode(() -> run(config(), info, limits)).doesNotThrowAnyException();
  }
}
