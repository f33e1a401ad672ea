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
 * What the plain clients, those outside of Kafka Streams, get of a flat set of settings, by Kafka
 * Streams' own rule. A client gets the settings that it knows, those that nobody knows (a metrics
 * reporter of the user may read them), and everything under its own prefix, which wins.
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

  /** What Kafka Streams or any client knows. */
  private static final Set<String> OF_KAFKA = Stream.of(
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
   * Takes settings as they stand in a configuration file.
   *
   * @throws ConfigException if the brokers or the registry are not named, or a client's setting has
   *     a wrong value
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
    // Kafka Streams has a setting of the same name, with other values.
    consumer.remove(ConsumerConfig.GROUP_PROTOCOL_CONFIG);
    return Map.copyOf(consumer);
  }

  /** Returns the settings of the serdes and of their registry client. */
  public Map<String, String> serde() {
    return settings.entrySet().stream()
        .filter(entry -> isForAll(entry.getKey()))
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
    return isForAll(name) && !OF_KAFKA.contains(name);
  }

  /** Returns whether a setting is neither our own nor under the prefix of a client. */
  private static boolean isForAll(String name) {
    return !name.startsWith(OwnSettings.PREFIX)
        && CLIENT_PREFIXES.stream().noneMatch(name::startsWith);
  }

  private static void check(ConfigDef def, Map<String, String> client) {
    JaasCheck.check(client);
    for (ConfigValue value : def.validate(client)) {
      // Serializers, which have no default, are given when the client is made.
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
