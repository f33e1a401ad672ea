package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that variables that Kubernetes and Docker set for services are not settings. */
final class ServiceVariablesTest {
  private static final String ADDRESS = "10.96.0.17";

  /** The variables of the kubelet for a service with two ports; the first may have no name. */
  private static Map<String, String> service(String name) {
    String alias = alias(name);
    Map<String, String> variables = new HashMap<>(Map.of(
        alias + "_SERVICE_HOST", ADDRESS,
        alias + "_SERVICE_PORT", "8080",
        alias + "_SERVICE_PORT_HTTP_METRICS", "8080",
        alias + "_SERVICE_PORT_DNS", "53"));
    variables.putAll(ports(alias));
    return variables;
  }

  /** The variables that Docker sets for a link to a container with the same ports. */
  private static Map<String, String> link(String name) {
    String alias = alias(name);
    Map<String, String> variables = new HashMap<>(ports(alias));
    variables.put(alias + "_PORT_8080_TCP_START", "tcp://" + ADDRESS + ":8080");
    variables.put(alias + "_PORT_8080_TCP_PORT_START", "8080");
    variables.put(alias + "_PORT_8080_TCP_END", "tcp://" + ADDRESS + ":8081");
    variables.put(alias + "_PORT_8080_TCP_PORT_END", "8081");
    variables.put(alias + "_NAME", "/web/" + name);
    variables.put(alias + "_ENV_JAVA_VERSION", "17");
    variables.put(alias + "_ENV_A_NAME", "b");
    return variables;
  }

  private static Map<String, String> ports(String alias) {
    return Map.of(
        alias + "_PORT",
        "tcp://" + ADDRESS + ":8080",
        alias + "_PORT_8080_TCP",
        "tcp://" + ADDRESS + ":8080",
        alias + "_PORT_8080_TCP_PROTO",
        "tcp",
        alias + "_PORT_8080_TCP_PORT",
        "8080",
        alias + "_PORT_8080_TCP_ADDR",
        ADDRESS,
        alias + "_PORT_53_UDP",
        "udp://" + ADDRESS + ":53",
        alias + "_PORT_53_UDP_PROTO",
        "udp",
        alias + "_PORT_53_UDP_PORT",
        "53",
        alias + "_PORT_53_UDP_ADDR",
        ADDRESS);
  }

  private static String alias(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static Map<String, String> settings(Map<String, String> environment) {
    return new ConfigLoader(environment).written(null).resolve(Map::copyOf);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "promptstream",
        "promptstream-metrics",
        "promptstream-cache-dir",
        "promptstream-checkpoint",
        "promptstream-env",
        "promptstream-port",
        "kafka",
        "kafka-headless",
        "kafka-proxy",
        "kafka-bootstrap-servers",
        "schema-registry",
        "schema-registry-proxy",
        "schema-registry-url"
      })
  void shouldIgnoreAServiceAndALink(String name) {
    assertThat(settings(service(name))).isEmpty();
    assertThat(settings(link(name))).isEmpty();
  }

  @Test
  void shouldIgnoreAnAddressWithTheSctpProtocol() {
    assertThat(settings(Map.of(
            "PROMPTSTREAM_METRICS_PORT", "tcp://[fd00::17]:8080",
            "PROMPTSTREAM_METRICS_PORT_8080_SCTP", "sctp://[fd00::17]:8080")))
        .isEmpty();
  }

  @Test
  void shouldReadSettingsNextToServices() {
    Map<String, String> environment = new HashMap<>();
    List.of("promptstream", "promptstream-metrics", "kafka", "schema-registry").forEach(name -> {
      environment.putAll(service(name));
      environment.putAll(link(name));
    });
    environment.put("PROMPTSTREAM_DEVICE", "cpu");
    environment.put("KAFKA_BOOTSTRAP_SERVERS", "kafka:9092");
    environment.put("SCHEMA_REGISTRY_URL", "http://schema-registry:8081");

    assertThat(settings(environment))
        .containsOnly(
            Map.entry("promptstream.device", "cpu"),
            Map.entry("bootstrap.servers", "kafka:9092"),
            Map.entry("schema.registry.url", "http://schema-registry:8081"));
  }

  @ParameterizedTest
  @CsvSource({
    "PROMPTSTREAM_METRICS_PORT, 8080",
    "PROMPTSTREAM_METRICS_PORT, http://10.0.0.1:8080",
    "PROMPTSTREAM_METRICS_NAME, clicks",
    "PROMPTSTREAM_INPUT_TOPIC_NAME, clicks",
    "PROMPTSTREAM_ENV_DEVICE, cpu",
    "PROMPTSTREAM_METRICS_PORT_8080, 8080",
    "PROMPTSTREAM_METRICS_PORT_8080_HTTP, 8080",
    "PROMPTSTREAM_METRICS_PORT_8080_TCP_HOST, 8080",
    "PROMPTSTREAM_METRICS_PORT_TCP_ADDR, 10.0.0.1",
    "PROMPTSTREAM_SERVICE, promptstream",
    "PROMPTSTREAM_HOST, 10.0.0.1",
    "PROMPTSTREAM_DEVIC, tcp://10.0.0.1:8080"
  })
  void shouldRejectVariablesThatOnlyResembleThem(String variable, String value) {
    assertThatThrownBy(() -> settings(Map.of(variable, value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("Unknown environment variable %s: ", variable);
  }

  @Test
  void shouldRejectAMisspelledNameNextToALinkWithAnotherAlias() {
    Map<String, String> environment = new HashMap<>(link("promptstream-metrics"));
    environment.put("PROMPTSTREAM_TOPIC_NAME", "clicks");

    assertThatThrownBy(() -> settings(environment))
        .hasMessageStartingWith("Unknown environment variable PROMPTSTREAM_TOPIC_NAME: ");
  }

  @ParameterizedTest
  @CsvSource({
    "KAFKA_PROXY_PORT, 3128, proxy.port",
    "SCHEMA_REGISTRY_PROXY_PORT, 3128, schema.registry.proxy.port",
    "KAFKA_SASL_KERBEROS_SERVICE_NAME, kafka, sasl.kerberos.service.name",
    "KAFKA_CONFIG_PROVIDERS_ENV_CLASS, x.Y, config.providers.env.class",
    "KAFKA_CONFIG_PROVIDERS_A_PARAM_SERVICE_HOST, h, config.providers.a.param.service.host"
  })
  void shouldReadASettingWhoseNameResemblesThem(String variable, String value, String setting) {
    Map<String, String> environment = new HashMap<>();
    environment.putAll(ports("KAFKA_SASL_KERBEROS_SERVICE"));
    environment.putAll(ports("KAFKA_CONFIG_PROVIDERS"));
    environment.put(variable, value);

    assertThat(new ConfigLoader(environment).written(null).lines())
        .filteredOn(line -> line.endsWith(" (environment)"))
        .containsExactly("%s=%s (environment)".formatted(setting, value));
  }

  @Test
  void shouldReadEverySetting() {
    Set<String> kafka = new LinkedHashSet<>(StreamsConfig.configDef().names());
    kafka.addAll(ProducerConfig.configNames());
    kafka.addAll(ConsumerConfig.configNames());
    kafka.addAll(AdminClientConfig.configNames());
    kafka.addAll(AbstractKafkaSchemaSerDeConfig.baseConfigDef().names());
    // An underscore in a name, as in Kafka's internal settings, cannot be written in a variable.
    kafka.removeIf(name -> name.contains("_") || name.startsWith("schema.registry."));
    // Removed when references are replaced.
    kafka.remove(AbstractConfig.CONFIG_PROVIDERS_CONFIG);
    Map<String, String> environment = new HashMap<>();
    kafka.forEach(name -> environment.put("KAFKA_" + variable(name), "value"));
    Set<String> own = PromptStreamConfig.DEFINITION.names();
    own.forEach(name -> environment.put(variable(name), "value"));

    assertThat(settings(environment).keySet()).containsAll(kafka).containsAll(own);
  }

  private static String variable(String setting) {
    return setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
