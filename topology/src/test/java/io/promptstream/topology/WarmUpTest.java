package io.promptstream.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.engine.EngineException;
import io.confluent.kafka.schemaregistry.testutil.MockSchemaRegistry;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.lookahead.CountingEncoder;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.Metric;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WarmUpTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  /** Windows of 1, 128 and 8 clicks and as many boxes, and one mask of each data type. */
  private static final int ROUND = 2 * (1 + 128 + 8) + 3;

  private final PromptEncoder real = SamPromptEncoder.load(config(Map.of()).encoderOptions());
  private final CountingEncoder encoder = new CountingEncoder(real);

  private static PromptStreamConfig config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "unused:1");
    settings.put("schema.registry.url", "mock://warm-up-test");
    settings.put("promptstream.checkpoint", "seed:42");
    settings.put("promptstream.device", "cpu");
    settings.putAll(more);
    return PromptStreamConfig.of(settings);
  }

  @AfterEach
  void close() {
    // An interrupt ended the warm-up.
    boolean unused = Thread.interrupted();
    real.close();
  }

  /** Ends the warm-up after the window with masks, the last one of a round of a model. */
  private static CountingEncoder endingWithMasks(PromptEncoder real) {
    CountingEncoder ending = new CountingEncoder(real);
    ending.device = prompts -> {
      if (prompts.get(0).mask() != null) {
        Thread.currentThread().interrupt();
      }
    };
    return ending;
  }

  @ParameterizedTest
  @CsvSource({
    "promptstream.profile, sam",
    "promptstream.profile, sam2",
    "promptstream.profile, sam3-tracker",
    "promptstream.dense.format, FULL",
    "promptstream.data.type, FLOAT16",
    "promptstream.data.type, BFLOAT16",
    "promptstream.max.points, 0",
    "promptstream.lookahead.max.masks, 1",
    "promptstream.lookahead.max.prompts, 0"
  })
  void shouldProcessEventsOfEveryKind(String setting, String value) {
    PromptStreamConfig config = config(Map.of(setting, value));
    try (PromptEncoder configured = SamPromptEncoder.load(config.encoderOptions())) {
      Models models = Models.of(endingWithMasks(configured));

      assertThat(WarmUp.run(config, models, LONG)).isEqualTo(ROUND);
    }
  }

  @Test
  void shouldEncodeWindowsOfSeveralSizesForEachModel() {
    CountingEncoder last = endingWithMasks(real);
    Map<String, PromptEncoder> both = new LinkedHashMap<>();
    both.put("first", encoder);
    both.put("last", last);

    assertThat(WarmUp.run(config(Map.of()), Models.of(both), LONG)).isEqualTo(2 * ROUND);

    assertThat(encoder.calls).containsExactly(1, 1, 128, 128, 8, 8, 3);
    assertThat(last.calls).isEqualTo(encoder.calls);
  }

  @Test
  void shouldEndAtTheLimit() {
    assertThat(WarmUp.run(config(Map.of()), Models.of(encoder), Duration.ofNanos(1)))
        .isZero();
    assertThat(encoder.calls).isEmpty();
  }

  @Test
  void shouldEndWhenTheCodeIsCompiled() {
    assertThat(WarmUp.run(config(Map.of()), Models.of(encoder), LONG)).isPositive();
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void shouldDoNothingIfItIsTurnedOff() {
    try (PromptStream promptStream = PromptStream.builder(
            config(Map.of("promptstream.warmup.ms", "0")))
        .encoder(encoder)
        .build()) {
      promptStream.warmUp();
    }

    assertThat(encoder.calls).isEmpty();
  }

  @Test
  void shouldLeaveNoTrace() throws Exception {
    PromptStreamConfig config = config(Map.of());
    encoder.device = prompts -> {
      // Its own look-ahead halves the window, not that of the stream.
      if (prompts.size() == 128) {
        throw new EngineException("too large");
      }
      if (prompts.get(0).mask() != null) {
        Thread.currentThread().interrupt();
      }
    };
    try (PromptStream promptStream =
            PromptStream.builder(config).encoder(encoder).build();
        TopologyTestDriver driver =
            new TopologyTestDriver(promptStream.topology(), promptStream.properties())) {
      promptStream.warmUp();
      assertThat(Thread.interrupted()).isTrue();

      assertThat(driver.producedTopicNames()).isEmpty();
      assertThat(metric(driver, "hits-total")).isEqualTo(0.0);
      assertThat(metric(driver, "misses-total")).isEqualTo(0.0);
      assertThat(metric(driver, "window-size-max")).isEqualTo(Double.NaN);
      assertThat(metric(driver, "window-limit")).isEqualTo(128.0);
      assertThat(metric(driver, "live-events")).isEqualTo(0.0);
    }
    assertThat(encoder.calls).contains(64);
    assertThat(MockSchemaRegistry.getClientForScope("warm-up-test").getAllSubjects())
        .isEmpty();
  }

  private static Object metric(TopologyTestDriver driver, String name) {
    return driver.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals(name))
        .map(Metric::metricValue)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldLetTheStreamStartIfAModelFails() {
    encoder.device = prompts -> {
      throw new EngineException("device lost");
    };

    assertThat(WarmUp.run(config(Map.of()), Models.of(encoder), LONG)).isZero();
    assertThat(encoder.calls).hasSize(1);
  }

  @Test
  void shouldNotHideAnError() {
    encoder.device = prompts -> {
      throw new StackOverflowError();
    };

    assertThatThrownBy(() -> WarmUp.run(config(Map.of()), Models.of(encoder), LONG))
        .isInstanceOf(StackOverflowError.class);
  }
}
