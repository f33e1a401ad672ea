package io.promptstream.topology.config;

import static java.util.Comparator.comparingInt;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.streams.StreamsConfig;

/** Finds the definitions of settings: ours, Kafka Streams', its clients' and the registry's. */
final class KnownSettings {
  private static final Pattern CONFIG_PROVIDER =
      Pattern.compile("config\\.providers\\.[^.]+\\.(class|param\\..+)");

  private static final String NAMESPACE = SchemaRegistryClientConfig.CLIENT_NAMESPACE;

  private static final ConfigDef PRODUCER = ProducerConfig.configDef();
  private static final ConfigDef CONSUMER = ConsumerConfig.configDef();
  private static final ConfigDef ADMIN = AdminClientConfig.configDef();

  /** The definitions without a prefix, which Kafka Streams gives to each client that has them. */
  private static final List<ConfigDef> KAFKA =
      List.of(StreamsConfig.configDef(), PRODUCER, CONSUMER, ADMIN);

  /** The definitions under the prefix of a client. */
  private static final Map<String, ConfigDef> PREFIXED = Map.of(
      StreamsConfig.MAIN_CONSUMER_PREFIX, CONSUMER,
      StreamsConfig.RESTORE_CONSUMER_PREFIX, CONSUMER,
      StreamsConfig.GLOBAL_CONSUMER_PREFIX, CONSUMER,
      StreamsConfig.CONSUMER_PREFIX, CONSUMER,
      StreamsConfig.PRODUCER_PREFIX, PRODUCER,
      StreamsConfig.ADMIN_CLIENT_PREFIX, ADMIN,
      StreamsConfig.TOPIC_PREFIX, new ConfigDef());

  /** The definitions of the registry's client, with and without its namespace. */
  private static final Map<String, ConfigKey> REGISTRY = registry();

  private KnownSettings() {}

  private static Map<String, ConfigKey> registry() {
    ConfigDef ssl = new ConfigDef();
    SslConfigs.addClientSslSupport(ssl);
    Map<String, ConfigKey> registry = new HashMap<>();
    // Confluent's client reads TLS settings only under its namespace: others are the brokers'.
    ssl.configKeys().forEach((name, key) -> registry.put(NAMESPACE + name, key));
    ConfigDef serdes = new ConfigDef(AbstractKafkaSchemaSerDeConfig.baseConfigDef());
    Stream.of(
            KafkaAvroSerializerConfig.AVRO_REFLECTION_ALLOW_NULL_CONFIG,
            KafkaAvroSerializerConfig.AVRO_USE_LOGICAL_TYPE_CONVERTERS_CONFIG,
            KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG,
            KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG)
        .forEach(name -> serdes.define(name, ConfigDef.Type.BOOLEAN, false, Importance.LOW, ""));
    serdes.configKeys().forEach((name, key) -> registry.put(NAMESPACE + name, key));
    registry.putAll(serdes.configKeys());
    return Map.copyOf(registry);
  }

  /** Returns the definition of a setting, with or without the prefix of a client. */
  static Optional<ConfigKey> definition(String name) {
    for (Map.Entry<String, ConfigDef> client : PREFIXED.entrySet()) {
      if (name.startsWith(client.getKey())) {
        return definition(client.getValue(), name.substring(client.getKey().length()));
      }
    }
    return Stream.concat(Stream.of(PromptStreamConfig.DEFINITION), KAFKA.stream())
        .flatMap(definition -> definition(definition, name).stream())
        .findFirst()
        .or(() -> Optional.ofNullable(REGISTRY.get(name)));
  }

  private static Optional<ConfigKey> definition(ConfigDef definition, String name) {
    return Optional.ofNullable(definition.configKeys().get(name));
  }

  /** Returns a name without the prefix of a client. */
  static String bare(String name) {
    return PREFIXED.keySet().stream()
        .filter(name::startsWith)
        .findFirst()
        .map(prefix -> name.substring(prefix.length()))
        .orElse(name);
  }

  /** Returns whether Kafka Streams or one of its clients knows a setting without a prefix. */
  static boolean isOfKafka(String name) {
    return KAFKA.stream().anyMatch(definition -> definition.names().contains(name));
  }

  /** Returns whether the registry's client knows a setting. */
  static boolean isOfRegistry(String name) {
    return REGISTRY.containsKey(name);
  }

  /** Returns whether Kafka or the registry's client knows a setting. */
  static boolean isKnown(String name) {
    return !name.startsWith(PromptStreamConfig.PREFIX)
        && (definition(name).isPresent() || CONFIG_PROVIDER.matcher(name).matches());
  }

  /** Returns the setting of ours whose name is most similar. */
  static String nearest(String name) {
    LevenshteinDistance distance = LevenshteinDistance.getDefaultInstance();
    return PromptStreamConfig.DEFINITION.names().stream()
        .sorted()
        .min(comparingInt(known -> distance.apply(name, known)))
        .orElseThrow();
  }
}
