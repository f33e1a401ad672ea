package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnresolvedSettingsTest {
  @TempDir
  private Path directory;

  private static String line(String name, String value) {
    return new UnresolvedSettings(Map.of(name, value), Set.of())
        .lines().stream()
            .filter(line -> line.startsWith(name + "="))
            .findFirst()
            .orElseThrow();
  }

  @Test
  void shouldShowTheSourceOfEachSetting() throws IOException {
    Path file = Files.writeString(directory.resolve("p.properties"), """
        promptstream.device=cpu
        promptstream.max.points=7
        linger.ms=1
        """);

    List<String> lines =
        new ConfigLoader(Map.of("PROMPTSTREAM_DEVICE", "gpu")).written(file).lines();

    assertThat(lines)
        .isSorted()
        .contains(
            "promptstream.device=gpu (environment)",
            "promptstream.max.points=7 (file)",
            "promptstream.data.type=FLOAT32 (default)",
            "producer.batch.size=131072 (default)",
            "producer.max.request.size=2097152 (default)",
            "linger.ms=1 (file)")
        .noneMatch(line -> line.startsWith("producer.linger.ms"))
        .noneMatch(line -> line.startsWith("promptstream.checkpoint"))
        .doesNotHaveDuplicates();
  }

  @Test
  void shouldShowTheDefaultThatDependsOnAnotherSetting() {
    assertThat(
            new UnresolvedSettings(Map.of("promptstream.dense.format", "full"), Set.of()).lines())
        .contains("producer.max.request.size=8388608 (default)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sasl.jaas.config",
        "producer.sasl.jaas.config",
        "main.consumer.sasl.jaas.config",
        "admin.ssl.keystore.password",
        "ssl.key.password",
        "ssl.keystore.key",
        "ssl.truststore.certificates",
        "sasl.oauthbearer.client.credentials.client.secret",
        "basic.auth.user.info",
        "schema.registry.basic.auth.user.info",
        "schema.registry.bearer.auth.token",
        "schema.registry.ssl.keystore.password",
        "schema.registry.bearer.auth.client.secret",
        "my.interceptor.Password",
        "main.consumer.my.api_key",
        "hf.token",
        "promptstream.hf.token",
        "config.providers.vault.param.token"
      })
  void shouldHideSecrets(String name) {
    assertThat(line(name, "hunter2")).isEqualTo(name + "=[hidden] (file)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "basic.auth.credentials.source",
        "schema.registry.basic.auth.credentials.source",
        "bearer.auth.issuer.endpoint.url",
        "sasl.oauthbearer.token.endpoint.url",
        "ssl.keystore.location",
        "schema.registry.ssl.keystore.type",
        "config.providers.secrets.class",
        "key.subject.name.strategy",
        "producer.partitioner.ignore.keys"
      })
  void shouldShowSettingsThatOnlySoundLikeSecrets(String name) {
    assertThat(line(name, "open")).isEqualTo(name + "=open (file)");
  }

  @ParameterizedTest
  @CsvSource(quoteCharacter = '"', textBlock = """
      promptstream.checkpoint, https://me:hunter2@h/x.pt, https://h/x.pt
      promptstream.checkpoint, https://me:hun/ter2@h/x.pt, https://h/x.pt
      promptstream.checkpoint, https://h/x.pt?sig=hunter2#sha256=00, https://h/x.pt?...#sha256=00
      promptstream.checkpoint, hf:me/model@main, hf:me/model@main
      promptstream.models, "a=HTTPS://h/x?s=hunter2,b:sam2=https://u:hunter2@h/y", "a=HTTPS://h/x?...,b:sam2=https://h/y"
      schema.registry.url, "https://me:hunter2@one,https://me:hunter2@two", "https://one,https://two"
      schema.registry.url, "me:hunter2@one,http://two", "one,http://two"
      main.consumer.some.url, ftp://me:hunter2@h, ftp://h
      client.id, me@host, me@host
      """)
  void shouldShowAddressesWithoutTheirSecrets(String name, String value, String shown) {
    assertThat(line(name, value)).isEqualTo("%s=%s (file)", name, shown);
  }

  @Test
  void shouldShowReferencesAsTheyWereWritten() {
    Map<String, String> settings = Map.of(
        "config.providers", "file",
        "ssl.key.password", "${file:/run/s:key}",
        "sasl.jaas.config", "X required username=\"hunter2\" password=\"${file:/run/s:jaas}\";",
        "ssl.truststore.password", "hunter2${other:x}",
        "promptstream.checkpoint", "${file:/run/s:checkpoint}");

    assertThat(new UnresolvedSettings(settings, Set.of("ssl.key.password")).lines())
        .contains(
            "ssl.key.password=${file:/run/s:key} (environment)",
            "sasl.jaas.config=[hidden] with ${file:/run/s:jaas} (file)",
            "ssl.truststore.password=[hidden] (file)",
            "promptstream.checkpoint=${file:/run/s:checkpoint} (file)")
        .noneMatch(line -> line.contains("hunter2"));
  }
}
