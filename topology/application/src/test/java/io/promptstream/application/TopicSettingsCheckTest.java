package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.topology.config.TopicNames;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TopicSettingsCheckTest {
  private static final long HOUR = 3_600_000;

  private final TopicNames topics = TopicNames.of(Map.of());
  private final Map<String, TopicSettings> settings = new HashMap<>();

  @Test
  void shouldAcceptTopicsWithoutLimits() {
    topics.withoutActions().forEach(topic -> settings.put(topic, future(Long.MAX_VALUE)));
    settings.put(topics.models(), cleaned("compact"));

    assertThatCode(() -> TopicSettingsCheck.run(topics, settings)).doesNotThrowAnyException();
  }

  @Test
  void shouldAcceptTopicsOfABrokerThatReportsNoSettings() {
    topics.withoutActions().forEach(topic -> settings.put(topic, TopicSettings.UNKNOWN));

    assertThatCode(() -> TopicSettingsCheck.run(topics, settings)).doesNotThrowAnyException();
  }

  @Test
  void shouldAcceptTopicsWithTheBrokersDefaults() {
    topics.withoutActions().forEach(topic -> settings.put(topic, future(HOUR)));
    settings.put(topics.models(), cleaned("compact"));

    assertThatCode(() -> TopicSettingsCheck.run(topics, settings)).doesNotThrowAnyException();
  }

  @Test
  void shouldAcceptTopicsThatItMayNotRead() {
    settings.put(topics.sparse(), future(HOUR));

    assertThatCode(() -> TopicSettingsCheck.run(topics, settings)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "sparse-embeddings, compact",
    "dense-embeddings, 'compact,delete'",
    "prompt-errors, 'delete,compact'"
  })
  void shouldRejectACompactedOutput(String topic, String policy) {
    settings.put(topic, cleaned(policy));

    assertRefused("Topic " + topic + " is compacted");
  }

  @ParameterizedTest
  @ValueSource(strings = {"delete", "compact,delete", "delete,compact", ""})
  void shouldRejectATopicThatDoesNotKeepModelCardsPermanently(String policy) {
    settings.put(topics.models(), cleaned(policy));

    assertRefused("Topic prompt-encoder-models has cleanup.policy=" + policy + ", but must keep");
  }

  @Test
  void shouldAcceptACompactedInput() {
    settings.put(topics.input(), cleaned("compact"));

    assertThatCode(() -> TopicSettingsCheck.run(topics, settings)).doesNotThrowAnyException();
  }

  @Test
  void shouldRejectAnOutputWithAStricterLimitOfFutureTimestampsThanTheInput() {
    settings.put(topics.input(), future(2 * HOUR));
    settings.put(topics.dense(), future(HOUR));

    assertRefused("Topic dense-embeddings takes timestamps up to 3600000 ms ahead");
    assertRefused("message.timestamp.difference.max.ms before Kafka 3.6");
  }

  @Test
  void shouldRejectAnOutputThatRejectsOldTimestamps() {
    settings.put(topics.errors(), new TopicSettings(1, "delete", Long.MAX_VALUE, HOUR));

    assertRefused("Topic prompt-errors takes timestamps up to 3600000 ms behind");
    assertRefused("raise message.timestamp.before.max.ms");
  }

  @Test
  void shouldRejectCompactedTopicsOfSessions() {
    settings.put(topics.actions(), cleaned("compact"));
    assertRefused("Topic prompt-actions is compacted");

    settings.put(topics.actions(), cleaned("delete"));
    settings.put(topics.input(), cleaned("compact"));
    assertRefused("Topic prompt-events is compacted");
  }

  @Test
  void shouldRejectAnInputWithAStricterLimitOfFutureTimestampsThanTheActions() {
    settings.put(topics.actions(), future(2 * HOUR));
    settings.put(topics.input(), future(HOUR));

    assertRefused("Topic prompt-events takes timestamps up to 3600000 ms ahead");
  }

  private static TopicSettings cleaned(String policy) {
    return new TopicSettings(1, policy, Long.MAX_VALUE, Long.MAX_VALUE);
  }

  private static TopicSettings future(long millis) {
    return new TopicSettings(1, "delete", millis, Long.MAX_VALUE);
  }

  private void assertRefused(String part) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> TopicSettingsCheck.run(topics, settings))
        .withMessageContaining(part);
  }
}
