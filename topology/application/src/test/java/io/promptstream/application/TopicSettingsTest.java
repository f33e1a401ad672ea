package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests how a broker's answer is read, also if it omits settings. */
final class TopicSettingsTest {
  private static final String DIFFERENCE = "message.timestamp.difference.max.ms";

  private static final Map<String, @Nullable String> ALL = Map.of(
      "max.message.bytes", "1000",
      "cleanup.policy", "compact",
      "message.timestamp.type", "CreateTime",
      "message.timestamp.after.max.ms", "20",
      "message.timestamp.before.max.ms", "30");

  @Test
  void shouldReadAllSettings() {
    assertThat(TopicSettings.of(config(ALL))).isEqualTo(new TopicSettings(1000, "compact", 20, 30));
  }

  @ParameterizedTest
  @CsvSource({
    "max.message.bytes, 2147483647, compact, 20, 30",
    "cleanup.policy, 1000, unknown, 20, 30",
    "message.timestamp.type, 1000, compact, 20, 30",
    "message.timestamp.after.max.ms, 1000, compact, 9223372036854775807, 30",
    "message.timestamp.before.max.ms, 1000, compact, 20, 9223372036854775807"
  })
  void shouldAssumeNoLimitThatTheBrokerDoesNotReport(
      String missing, int maxMessageBytes, String cleanupPolicy, long future, long past) {
    TopicSettings expected = new TopicSettings(maxMessageBytes, cleanupPolicy, future, past);
    Map<String, @Nullable String> without = new HashMap<>(ALL);
    without.remove(missing);
    assertThat(TopicSettings.of(config(without))).isEqualTo(expected);

    Map<String, @Nullable String> withNull = new HashMap<>(ALL);
    withNull.put(missing, null);
    assertThat(TopicSettings.of(config(withNull))).isEqualTo(expected);
  }

  @Test
  void shouldAcceptAnAnswerWithoutAnySetting() {
    assertThat(TopicSettings.of(new Config(List.of()))).isEqualTo(TopicSettings.UNKNOWN);
  }

  @Test
  void shouldReadTheSingleLimitOfBrokersBefore36() {
    Map<String, @Nullable String> old = new HashMap<>(ALL);
    old.remove("message.timestamp.after.max.ms");
    old.remove("message.timestamp.before.max.ms");
    old.put(DIFFERENCE, "40");

    assertThat(TopicSettings.of(config(old))).isEqualTo(new TopicSettings(1000, "compact", 40, 40));
  }

  @Test
  void shouldPreferTheNewLimitsIfABrokerHasBothAndTheyAreSet() {
    Map<String, @Nullable String> both = new HashMap<>(ALL);
    both.put(DIFFERENCE, "40");
    assertThat(TopicSettings.of(config(both)))
        .isEqualTo(new TopicSettings(1000, "compact", 20, 30));

    String none = Long.toString(Long.MAX_VALUE);
    both.put("message.timestamp.after.max.ms", none);
    both.put("message.timestamp.before.max.ms", none);
    assertThat(TopicSettings.of(config(both)))
        .isEqualTo(new TopicSettings(1000, "compact", 40, 40));
  }

  @Test
  void shouldIgnoreTheLimitsWhereTheBrokerSetsTheTimestamp() {
    Map<String, @Nullable String> appended = new HashMap<>(ALL);
    appended.put("message.timestamp.type", "LogAppendTime");
    appended.put(DIFFERENCE, "40");

    assertThat(TopicSettings.of(config(appended)))
        .isEqualTo(new TopicSettings(1000, "compact", Long.MAX_VALUE, Long.MAX_VALUE));
  }

  private static Config config(Map<String, @Nullable String> settings) {
    return new Config(settings.entrySet().stream()
        .map(setting -> new ConfigEntry(setting.getKey(), setting.getValue()))
        .toList());
  }
}
