package io.promptstream.schemas.serde;

import static java.util.Objects.requireNonNull;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.client.rest.entities.RuleMode;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Serializes records of one generated class, as Confluent's serializer does.
 *
 * <p>Confluent's serializer writes the first record of a topic, and registers or looks up the
 * schema as configured. Later records have the same schema, so they get the same header and their
 * class writes the rest: Confluent's serializer would go through its caches for each record, at
 * several times the cost of writing it. If the registry affects how a record is written, by rules
 * or by choosing the schema, Confluent's serializer writes every record.
 */
final class RecordSerializer<T extends SpecificRecordBase> implements Serializer<T> {
  private final RegistrySerializer registry = new RegistrySerializer();
  private final Map<String, byte[]> headerByTopic = new ConcurrentHashMap<>();
  private final boolean usesRecordSchema;

  RecordSerializer(Map<String, ?> config) {
    Map<String, Object> neutral = new HashMap<>(config);
    // Other languages read the registry too, and have no use for the Java class of a string.
    neutral.putIfAbsent(KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG, true);
    registry.configure(neutral, false);
    usesRecordSchema = RegistrySettings.leaveTheSchemaToUs(config);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    return serialize(topic, new RecordHeaders(), data);
  }

  @Override
  public byte @Nullable [] serialize(String topic, Headers headers, @Nullable T data) {
    if (data == null) {
      return null;
    }
    byte[] header = headerByTopic.get(topic);
    if (header != null) {
      return WireFormat.write(header, data);
    }
    byte[] bytes = requireNonNull(registry.serialize(topic, headers, data));
    if (usesRecordSchema && !registry.hasRules) {
      headerByTopic.put(topic, WireFormat.header(bytes));
    }
    return bytes;
  }

  @Override
  public void close() {
    registry.close();
  }

  /** Detects whether a schema has rules. */
  private static final class RegistrySerializer extends KafkaAvroSerializer {
    volatile boolean hasRules;

    @Override
    protected Object executeRules(
        String subject,
        String topic,
        Headers headers,
        RuleMode mode,
        @Nullable ParsedSchema source,
        ParsedSchema target,
        Object message) {
      hasRules = true;
      return super.executeRules(subject, topic, headers, mode, source, target, message);
    }
  }
}
