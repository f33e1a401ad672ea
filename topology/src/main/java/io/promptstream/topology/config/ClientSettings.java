package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;

/**
 * Selects the settings of the plain clients, those outside of Kafka Streams, by Kafka Streams' own
 * rule. A client gets the settings that it knows, the settings that no client knows (a metrics
 * reporter of the user may read them), and the settings under its own prefix, which take
 * precedence.
 */
public final class ClientSettings {
  private final Map<String, String> settings;

  private ClientSettings(Map<String, String> settings) {
    this.settings = settings;
  }

  /**
   * Takes settings as they are in a configuration file.
   *
   * @throws ConfigException if the brokers or the registry are not set, or a client's setting has
   *     an invalid value
   */
  public static ClientSettings of(Map<String, String> settings) {
    requireSet(settings, CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "host:9092");
    requireSet(
        settings, AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG, "http://host:8081");
    ClientSettings clients = new ClientSettings(Map.copyOf(RegistryCredentials.apart(settings)));
    check(AdminClientConfig.configDef(), clients.admin());
    check(ProducerConfig.configDef(), clients.producer());
    check(ConsumerConfig.configDef(), clients.consumer());
    check(ConsumerConfig.configDef(), clients.mainConsumer());
    return clients;
  }

  /** Returns the settings of an admin client. */
  public Map<String, String> admin() {
    return of(AdminClientConfig.configNames(), StreamsConfig.ADMIN_CLIENT_PREFIX);
  }

  /** Returns the settings of a producer, without serializers. */
  public Map<String, String> producer() {
    return of(ProducerConfig.configNames(), StreamsConfig.PRODUCER_PREFIX);
  }

  /** Returns the settings of a consumer, without deserializers. */
  public Map<String, String> consumer() {
    return of(ConsumerConfig.configNames(), StreamsConfig.CONSUMER_PREFIX);
  }

  /** Returns the settings of Kafka Streams' main consumer, which is the one in the group. */
  Map<String, String> mainConsumer() {
    return of(
        ConsumerConfig.configNames(),
        StreamsConfig.CONSUMER_PREFIX,
        StreamsConfig.MAIN_CONSUMER_PREFIX);
  }

  /** Returns the settings of the serdes and their registry client. */
  public Map<String, String> serde() {
    return settings.entrySet().stream()
        .filter(entry -> isUnprefixed(entry.getKey()))
        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** Returns the brokers' addresses. */
  public String bootstrapServers() {
    return settings.getOrDefault(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "");
  }

  /** Returns the registry's address, without user and password. */
  public String registryUrl() {
    return settings.getOrDefault(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG, "");
  }

  /** Returns a number in a client's settings, or Kafka's default. */
  static long number(ConfigDef definition, Map<String, String> client, String name) {
    ConfigKey key = requireNonNull(definition.configKeys().get(name), name);
    Object value = client.containsKey(name) ? client.get(name) : key.defaultValue;
    return ((Number) requireNonNull(ConfigDef.parseType(name, value, key.type), name)).longValue();
  }

  /** Returns a client's settings; a later prefix takes precedence. */
  private Map<String, String> of(Set<String> known, String... prefixes) {
    Map<String, String> client = new HashMap<>();
    settings.forEach((name, value) -> {
      if (known.contains(name) || (isUnprefixed(name) && !KnownSettings.isOfKafka(name))) {
        client.put(name, value);
      }
    });
    for (String prefix : prefixes) {
      settings.forEach((name, value) -> {
        if (name.startsWith(prefix)) {
          client.put(name.substring(prefix.length()), value);
        }
      });
    }
    // Kafka Streams has a setting of this name, with different values.
    client.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return Map.copyOf(client);
  }

  /** Returns whether a setting is neither our own nor under the prefix of a client. */
  private static boolean isUnprefixed(String name) {
    return !name.startsWith(PromptStreamConfig.PREFIX)
        && KnownSettings.bare(name).equals(name);
  }

  private static void check(ConfigDef def, Map<String, String> client) {
    checkJaas(client.get(SaslConfigs.SASL_JAAS_CONFIG));
    for (ConfigValue value : def.validate(client)) {
      // Serializers, which have no default, are passed when the client is created.
      if (client.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
        throw new ConfigException(value.errorMessages().get(0));
      }
    }
  }

  /**
   * Checks a {@code sasl.jaas.config}. Kafka would check it when it connects, with a message that
   * quotes what follows a misplaced quotation mark: the rest of the password.
   */
  private static void checkJaas(@Nullable String jaas) {
    try {
      if (jaas != null) {
        JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)));
      }
    } catch (RuntimeException e) {
      // Without the cause, whose message may have the password.
      throw new ConfigException(
          SaslConfigs.SASL_JAAS_CONFIG,
          Secrets.HIDDEN,
          "Expected LOGIN_MODULE required NAME=\"VALUE\" ...; with \\\" for a quotation mark in"
              + " a value and a semicolon at the end");
    }
  }

  private static void requireSet(Map<String, String> settings, String name, String example) {
    if (settings.getOrDefault(name, "").isBlank()) {
      throw new ConfigException(
          "Missing required configuration \"%s\", for example %s.".formatted(name, example));
    }
  }
}
