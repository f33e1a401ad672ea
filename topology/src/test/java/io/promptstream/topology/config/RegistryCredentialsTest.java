package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegistryCredentialsTest {
  private static Map<String, String> apart(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return RegistryCredentials.apart(settings);
  }

  @Test
  void shouldRemoveUserAndPasswordFromTheAddresses() {
    assertThat(
            apart("schema.registry.url", "https://me:se@cret@one:8081/x, https://me:se@cret@two"))
        .containsOnly(
            Map.entry("schema.registry.url", "https://one:8081/x,https://two"),
            Map.entry("basic.auth.credentials.source", "USER_INFO"),
            Map.entry("basic.auth.user.info", "me:se@cret"));
  }

  @Test
  void shouldReplaceTheSourceThatNamesTheAddresses() {
    assertThat(apart(
            "schema.registry.url",
            "https://me:secret@one",
            "schema.registry.basic.auth.credentials.source",
            "URL"))
        .containsOnly(
            Map.entry("schema.registry.url", "https://one"),
            Map.entry("basic.auth.credentials.source", "USER_INFO"),
            Map.entry("basic.auth.user.info", "me:secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "basic.auth.credentials.source",
        "schema.registry.basic.auth.credentials.source",
        "bearer.auth.credentials.source"
      })
  void shouldKeepAnotherSource(String name) {
    assertThat(apart("schema.registry.url", "https://me:secret@one", name, "SASL_INHERIT"))
        .containsOnly(
            Map.entry("schema.registry.url", "https://one"), Map.entry(name, "SASL_INHERIT"));
  }

  @Test
  void shouldNotChangeAddressesWithoutAUser() {
    assertThat(apart("schema.registry.url", "http://one:8081,mock://two"))
        .containsOnly(Map.entry("schema.registry.url", "http://one:8081,mock://two"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://me:secret@one,https://you:secret@two",
        "https://me:secret@one,https://two",
        "https://me:sec/ret@one",
        "https://one/secret@x"
      })
  void shouldRejectAmbiguousUsersWithoutShowingThem(String addresses) {
    assertThatThrownBy(() -> apart("schema.registry.url", addresses))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("schema.registry.url: ")
        .hasMessageContaining("basic.auth.user.info")
        .hasMessageNotContaining("sec");
  }

  @Test
  void shouldNotPassThemToKafkaStreams() {
    PromptStreamConfig config = PromptStreamConfig.of(Map.of(
        "bootstrap.servers", "b:1",
        "schema.registry.url", "https://me:secret@one",
        "promptstream.checkpoint", "seed:1"));

    assertThat(config.streamsProperties()).containsEntry("schema.registry.url", "https://one");
    assertThat(config.serdeProperties()).containsEntry("basic.auth.user.info", "me:secret");
    assertThat(config.clients().registryUrl()).isEqualTo("https://one");
  }
}
