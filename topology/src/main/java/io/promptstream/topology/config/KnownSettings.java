package io.promptstream.topology.config;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.streams.StreamsConfig;

/** The names of settings that Kafka Streams, Kafka's clients and the registry client know. */
final class KnownSettings {
  private static final Pattern CONFIG_PROVIDER =
      Pattern.compile("config\\.providers\\.[^.]+\\.(class|param\\..+)");

  private final Set<String> streams = StreamsConfig.configDef().names();
  private final Set<String> producer = ProducerConfig.configNames();
  private final Set<String> consumer = ConsumerConfig.configNames();
  private final Set<String> admin = AdminClientConfig.configNames();
  private final Set<String> serde = new HashSet<>();

  KnownSettings() {
    serde.addAll(AbstractKafkaSchemaSerDeConfig.baseConfigDef().names());
    serde.addAll(List.of(
        KafkaAvroSerializerConfig.AVRO_REFLECTION_ALLOW_NULL_CONFIG,
        KafkaAvroSerializerConfig.AVRO_USE_LOGICAL_TYPE_CONVERTERS_CONFIG,
        KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG,
        KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG));
    ConfigDef ssl = new ConfigDef();
    SslConfigs.addClientSslSupport(ssl);
    // Confluent's client reads TLS settings only under its namespace: others are the brokers'.
    ssl.names().forEach(name -> serde.add(SchemaRegistryClientConfig.CLIENT_NAMESPACE + name));
  }

  boolean ofKafka(String name) {
    if (CONFIG_PROVIDER.matcher(name).matches()) {
      return true;
    }
    if (name.startsWith(StreamsConfig.PRODUCER_PREFIX)) {
      return producer.contains(name.substring(StreamsConfig.PRODUCER_PREFIX.length()));
    }
    if (name.startsWith(StreamsConfig.MAIN_CONSUMER_PREFIX)) {
      return consumer.contains(name.substring(StreamsConfig.MAIN_CONSUMER_PREFIX.length()));
    }
    if (name.startsWith(StreamsConfig.CONSUMER_PREFIX)) {
      return consumer.contains(name.substring(StreamsConfig.CONSUMER_PREFIX.length()));
    }
    if (name.startsWith(StreamsConfig.ADMIN_CLIENT_PREFIX)) {
      return admin.contains(name.substring(StreamsConfig.ADMIN_CLIENT_PREFIX.length()));
    }
    return streams.contains(name)
        || producer.contains(name)
        || consumer.contains(name)
        || admin.contains(name)
        || serde.contains(name);
  }

  /** Returns whether the registry client knows a name that begins with its namespace. */
  boolean ofRegistry(String name) {
    return serde.contains(name)
        || serde.contains(name.substring(SchemaRegistryClientConfig.CLIENT_NAMESPACE.length()));
  }
}
