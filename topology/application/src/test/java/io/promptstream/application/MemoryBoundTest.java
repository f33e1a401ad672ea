package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.Profile;
import io.promptstream.topology.config.PromptStreamConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryBoundTest {
  private static final int MEBI = 1 << 20;
  private static final List<EncoderInfo> FACTORED = List.of(model(DenseFormat.FACTORED, 1000));

  private static PromptStreamConfig config(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "broker:9092");
    settings.put("schema.registry.url", "mock://memory");
    settings.put("promptstream.checkpoint", "seed:1");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }

  private static EncoderInfo model(DenseFormat format, int maxPoints) {
    return new EncoderInfo(
        "id", true, Profile.SAM, 256, 16, "cpu()", DataType.FLOAT32, format, maxPoints);
  }

  private static double heapMib(PromptStreamConfig config, int partitions, int maxMessageBytes) {
    return MemoryBound.of(config, FACTORED, partitions, maxMessageBytes).heapBytes()
        / (double) MEBI;
  }

  private static double headersMib(PromptStreamConfig config, int partitions, int maxMessageBytes) {
    return MemoryBound.of(config, FACTORED, partitions, maxMessageBytes).headersBytes()
        / (double) MEBI;
  }

  @Test
  void shouldAddUpEverythingThatIsHeldAtOnce() {
    double polledAndDecoded = 7 * 2;
    double window = 1 + 16 * (0.25 + 0.25 + 17.0 / 1024);
    double sends = 2 * 32 + 6 * 2;

    assertThat(heapMib(config(), 8, 2 * MEBI))
        .isCloseTo(1.25 * (96 + 8 * (polledAndDecoded + window) + sends), offset(0.2));
  }

  @Test
  void shouldFitTheDefaultsIntoAHeapOf512Mib() {
    assertThat(heapMib(config(), 8, 2 * MEBI)).isBetween(400.0, 512.0);
  }

  @Test
  void shouldCountSevenTimesTheFetchSizeOfAPartition() {
    double before = heapMib(config(), 4, 2 * MEBI);

    assertThat(heapMib(config(), 4, 8 * MEBI) - before).isCloseTo(1.25 * 4 * 7 * 6, offset(0.01));
    assertThat(heapMib(config("main.consumer.max.partition.fetch.bytes", "8388608"), 4, 2 * MEBI))
        .isCloseTo(heapMib(config(), 4, 8 * MEBI), offset(0.01));
    assertThat(heapMib(
            config(
                "max.partition.fetch.bytes", "9999999",
                "consumer.max.partition.fetch.bytes", "8888888",
                "main.consumer.max.partition.fetch.bytes", "1"),
            4,
            2 * MEBI))
        .isCloseTo(before, offset(0.01));
  }

  @Test
  void shouldCountTheProducersBufferOfEachThreadTwice() {
    double one = heapMib(config(), 8, MEBI);

    assertThat(heapMib(config("num.stream.threads", "3"), 8, MEBI) - one)
        .isCloseTo(1.25 * 2 * (2 * 32 + 6 * 2), offset(0.01));
    assertThat(heapMib(config("producer.buffer.memory", "67108864"), 8, MEBI) - one)
        .isCloseTo(1.25 * 2 * 32, offset(0.01));
  }

  @Test
  void shouldCountTheWindowsOfEachModelAndOfLargePromptsAndMasks() {
    PromptStreamConfig config = config();
    long one = MemoryBound.of(config, FACTORED, 1, MEBI).heapBytes();
    long full =
        MemoryBound.of(config, List.of(model(DenseFormat.FULL, 1000)), 1, MEBI).heapBytes();
    long manyPoints = MemoryBound.of(
            config, List.of(model(DenseFormat.FACTORED, 9 * 1024 - 3)), 1, MEBI)
        .heapBytes();
    long both = MemoryBound.of(
            config, List.of(FACTORED.get(0), model(DenseFormat.FULL, 1000)), 1, MEBI)
        .heapBytes();

    assertThat((full - one) / (double) MEBI)
        .isCloseTo(1.25 * 16 * (4 - 0.25 - 17.0 / 1024), offset(0.01));
    assertThat((manyPoints - one) / (double) MEBI).isCloseTo(1.25 * 8, offset(0.01));
    assertThat((both - one) / (double) MEBI).isCloseTo(1.25 * (1 + 16 * 4.25), offset(0.01));
  }

  @Test
  void shouldCountTheActionsAndStatesOfSessions() {
    PromptStreamConfig sessions = config("promptstream.sessions", "true");

    assertThat(heapMib(sessions, 8, 2 * MEBI) - heapMib(config(), 8, 2 * MEBI))
        .isCloseTo(1.25 * (8 * 7 * 2 + 10 + 6 * 0.875), offset(0.01));
    assertThat(headersMib(sessions, 8, 2 * MEBI) - headersMib(config(), 8, 2 * MEBI))
        .isCloseTo(1.25 * 8 * 76 * 2, offset(0.01));
    assertThat(MemoryBound.of(sessions, FACTORED, 8, 2 * MEBI).residentBytes(0)
            - MemoryBound.of(config(), FACTORED, 8, 2 * MEBI).residentBytes(0))
        .isEqualTo(8L * (2 + 16) * MEBI);
  }

  @Test
  void shouldCountTheObjectsOfPolledHeaders() {
    double before = headersMib(config(), 4, 2 * MEBI);

    assertThat(headersMib(config("promptstream.max.headers", "0"), 4, 2 * MEBI))
        .isCloseTo(1.25 * 4 * 76 * 2, offset(0.01));
    assertThat(headersMib(config(), 4, 8 * MEBI) - before)
        .isCloseTo(1.25 * 4 * 76 * 6, offset(0.01));
    assertThat(headersMib(config("max.poll.records", "1"), 4, 2 * MEBI)).isEqualTo(before);
  }

  @Test
  void shouldCountTheMaximumNumberOfHeadersOfUnacknowledgedRecords() {
    String headers = "promptstream.max.headers";
    double none = headersMib(config(headers, "0"), 1, MEBI);

    assertThat(headersMib(config(), 1, MEBI) - none)
        .isCloseTo(1.25 * 32 * 42 * 100 / (128 + 100), offset(0.01));
    assertThat(headersMib(config(headers, "10", "num.stream.threads", "3"), 1, MEBI) - none)
        .isCloseTo(1.25 * 3 * 32 * 42 * 10 / (128 + 10), offset(0.01));
  }

  @Test
  void shouldAddTheHeapAndATenthForItsCollectorToResidentMemory() {
    MemoryBound bound = new MemoryBound(100, MEBI, 7);

    assertThat(bound.residentBytes(200)).isEqualTo(227);
    assertThat(bound.heapMib()).isEqualTo(1);
    assertThat(bound.heapMibWithHeaders()).isEqualTo(2);
  }
}
