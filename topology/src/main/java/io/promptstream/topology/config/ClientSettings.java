package io.promptstream.topology.config;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Selects the settings of the plain clients, those outside of Kafka Streams, by Kafka Streams' own
 * rule. A client gets the settings that it knows, the settings that no client knows (a metrics
 * reporter of the user may read them), and the settings under its own prefix, which take
 * precedence.
 */
public final class ClientSettings {
  static final List<String> CLIENT_PREFIXES = List.of(
      StreamsConfig.MAIN_CONSUMER_PREFIX,
      StreamsConfig.RESTORE_CONSUMER_PREFIX,
      StreamsConfig.GLOBAL_CONSUMER_PREFIX,
      StreamsConfig.CONSUMER_PREFIX,
      StreamsConfig.PRODUCER_PREFIX,
      StreamsConfig.ADMIN_CLIENT_PREFIX,
      StreamsConfig.TOPIC_PREFIX);

  /** The names that Kafka Streams or any client knows. */
  private static final Set<String> KAFKA_NAMES = Stream.of(
          StreamsConfig.configDef().names(),
          ProducerConfig.configNames(),
          ConsumerConfig.configNames(),
          AdminClientConfig.configNames())
      .flatMap(Set::stream)
      .collect(toUnmodifiableSet());

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
    return clients;
  }

  /** Returns the settings of an admin client. */
  public Map<String, String> admin() {
    return of(StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configNames());
  }

  /** Returns the settings of a producer, without serializers. */
  public Map<String, String> producer() {
    return of(StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configNames());
  }

  /** Returns the settings of a consumer, without deserializers. */
  public Map<String, String> consumer() {
    Map<String, String> consumer =
        new HashMap<>(of(StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.configNames()));
    // Kafka Streams has a setting of this name, with different values.
    consumer.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return Map.copyOf(consumer);
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

  private Map<String, String> of(String prefix, Set<String> known) {
    Map<String, String> client = new HashMap<>();
    settings.forEach((name, value) -> {
      if (known.contains(name) || isUnknown(name)) {
        client.put(name, value);
      }
    });
    settings.forEach((name, value) -> {
      if (name.startsWith(prefix)) {
        client.put(name.substring(prefix.length()), value);
      }
    });
    return Map.copyOf(client);
  }

  private static boolean isUnknown(String name) {
    return isUnprefixed(name) && !KAFKA_NAMES.contains(name);
  }

  /** Returns whether a setting is neither our own nor under the prefix of a client. */
  private static boolean isUnprefixed(String name) {
    return !name.startsWith(OwnSettings.PREFIX)
        && CLIENT_PREFIXES.stream().noneMatch(name::startsWith);
  }

  private static void check(ConfigDef def, Map<String, String> client) {
    JaasCheck.check(client);
    for (ConfigValue value : def.validate(client)) {
      // Serializers, which have no default, are passed when the client is created.
      if (client.containsKey(value.name()) && !value.errorMessages().isEmpty()) {
        throw new ConfigException(value.errorMessages().get(0));
      }
    }
  }

  private static void requireSet(Map<String, String> settings, String name, String example) {
    if (settings.getOrDefault(name, "").isBlank()) {
      throw new ConfigException(
          "Missing required configuration \"%s\", for example %s.".formatted(name, example));
    }
  }
}
