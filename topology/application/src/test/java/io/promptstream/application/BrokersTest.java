package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.topology.config.ClientSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BrokersTest {
  // Nothing listens on port 1; names under .invalid never resolve.
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:1", "nowhere.invalid:9092"})
  void shouldNameBrokersThatDoNotAnswer(String servers) {
    ClientSettings clients = ClientSettings.of(
        Map.of("bootstrap.servers", servers, "schema.registry.url", "mock://cluster"));

    assertThatThrownBy(() -> Brokers.connect(clients, Duration.ofMillis(300)))
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("No Kafka broker answers at bootstrap.servers=" + servers);
  }

  @Test
  void shouldNameAMissingTruststore() {
    ClientSettings clients = ClientSettings.of(Map.of(
        "bootstrap.servers",
        "127.0.0.1:1",
        "schema.registry.url",
        "mock://cluster",
        "security.protocol",
        "SSL",
        "ssl.truststore.location",
        "/nowhere/trust.p12"));

    assertThatThrownBy(() -> Brokers.connect(clients, Duration.ofMillis(300)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("/nowhere/trust.p12")
        .hasMessageNotContaining("Failed to create new");
  }
}
