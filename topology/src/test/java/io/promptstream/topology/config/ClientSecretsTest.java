package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that messages about invalid settings do not show the secrets in them. */
class ClientSecretsTest {
  private static PromptStreamConfig config(String name, String value) {
    Map<String, String> settings = new HashMap<>(Map.of(
        "bootstrap.servers", "b:1",
        "schema.registry.url", "mock://secrets",
        "promptstream.checkpoint", "seed:1"));
    settings.put(name, value);
    return PromptStreamConfig.of(settings);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hunter2",
        "a.B required username=\"ann\" password=\"x\"hunter2\";",
        "a.B required username=ann password=hunter2",
        "a.B hunter2 password=x;",
        "a.B required password=hunter2; a.C required password=hunter2;"
      })
  void shouldRejectMalformedCredentialsWithoutShowingThem(String jaas) {
    for (String name : new String[] {"sasl.jaas.config", "producer.sasl.jaas.config"}) {
      assertThatThrownBy(() -> config(name, jaas))
          .isInstanceOf(ConfigException.class)
          .hasMessageStartingWith("Invalid value [hidden] for configuration sasl.jaas.config: ")
          .hasMessageNotContaining("hunter2")
          .hasNoCause();
    }
  }

  @Test
  void shouldAcceptCredentialsWithAnyQuotedCharacters() {
    String jaas = "a.B required username=\"ann\" password=\"h;u=n\\\"ter 2\";";

    assertThat(config("sasl.jaas.config", jaas).clients().admin())
        .containsEntry("sasl.jaas.config", jaas);
  }

  @ParameterizedTest
  @ValueSource(strings = {"promptstream.hf.token", "promptstream.chekpoint"})
  void shouldNotShowASecretUnderAnUnknownName(String name) {
    assertThatThrownBy(() -> config(name, "https://h/x.pt?signature=hunter2"))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Unknown setting " + name)
        .hasMessageNotContaining("hunter2");
  }
}
