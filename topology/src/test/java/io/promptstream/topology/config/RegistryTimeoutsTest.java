package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryTimeoutsTest {
  private static final String TIMEOUT = "promptstream.registry.timeout.ms";
  private static final String GRACE = "promptstream.registry.unknown.schema.grace.ms";

  private static PromptStreamConfig config(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers", "broker:9092",
        "schema.registry.url", "mock://config",
        "promptstream.checkpoint", "seed:42"));
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }

  @ParameterizedTest
  @ValueSource(strings = {"at_least_once", "exactly_once_v2"})
  void shouldHaveDefaultsThatAreValidUnderBothGuarantees(String guarantee) {
    assertThat(config("processing.guarantee", guarantee).registryWait())
        .isEqualTo(new RegistryTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(3)));
  }

  @Test
  void shouldRejectAGracePeriodThatIsLongerThanTheTimeout() {
    assertThatThrownBy(() -> config(TIMEOUT, "2000", GRACE, "2001"))
        .isInstanceOf(ConfigException.class)
        .hasMessage(GRACE + "=2001 must be at most " + TIMEOUT + "=2000");
    assertThat(config(TIMEOUT, "2000", GRACE, "2000").registryWait().grace()).hasSeconds(2);
  }

  @Test
  void shouldRejectATimeoutThatLeavesNoTimeUntilTheNextPoll() {
    assertThatThrownBy(() -> config("main.consumer.max.poll.interval.ms", "10000"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(
            TIMEOUT + "=5000 must be less than half of max.poll.interval.ms=10000");
    assertThat(config("max.poll.interval.ms", "10002").registryWait().timeout()).hasSeconds(5);
  }

  @Test
  void shouldRejectATimeoutThatOutlastsTheTransaction() {
    String exactlyOnce = "exactly_once_v2";
    assertThatThrownBy(() -> config("processing.guarantee", exactlyOnce, TIMEOUT, "9900"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith(TIMEOUT
            + "=9900 and commit.interval.ms=100 together must be less than"
            + " producer.transaction.timeout.ms=10000");
    assertThatThrownBy(() -> config(
            "processing.guarantee", exactlyOnce,
            "commit.interval.ms", "1000",
            "producer.transaction.timeout.ms", "6000"))
        .hasMessageContaining("=5000 and commit.interval.ms=1000 together")
        .hasMessageContaining("producer.transaction.timeout.ms=6000");
    assertThatThrownBy(
            () -> config("processing.guarantee", exactlyOnce, "transaction.timeout.ms", "5100"))
        .hasMessageContaining("producer.transaction.timeout.ms=5100");
    assertThat(config("processing.guarantee", exactlyOnce, TIMEOUT, "9899").registryWait())
        .isNotNull();
    assertThat(config(TIMEOUT, "60000").registryWait().timeout()).hasMinutes(1);
  }

  @Test
  void shouldDeriveHttpTimeoutsThatTheUserDidNotSet() {
    assertThat(config(TIMEOUT, "8000").serdeProperties())
        .containsEntry("http.connect.timeout.ms", "4000")
        .containsEntry("http.read.timeout.ms", "4000")
        .containsEntry("max.retries", "0");
    assertThat(config("http.connect.timeout.ms", "7", "schema.registry.http.read.timeout.ms", "8")
            .serdeProperties())
        .containsEntry("http.connect.timeout.ms", "7")
        .containsEntry("schema.registry.http.read.timeout.ms", "8")
        .doesNotContainKey("http.read.timeout.ms");
  }
}
