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
 * Confluent's serializer for records of one generated class.
 *
 * <p>It writes the first record of a topic, and so registers or looks up the schema as it was told
 * to. The records after it have the same schema, so they get the same header, and their class
 * writes the rest: Confluent's serializer would go through its caches for each of them, at several
 * times the cost of writing it. Where the registry has a say in how a record is written, in rules
 * or by choosing the schema, Confluent's serializer writes every record.
 */
final class RecordSerializer<T extends SpecificRecordBase> implements Serializer<T> {
  private final RegistrySerializer registry = new RegistrySerializer();
  private final Map<String, byte[]> headerByTopic = new ConcurrentHashMap<>();
  private final boolean schemaIsTheRecords;

  RecordSerializer(Map<String, ?> config) {
    Map<String, Object> neutral = new HashMap<>(config);
    // The registry is read by other languages; which Java class a string becomes is our own affair.
    neutral.putIfAbsent(KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG, true);
    registry.configure(neutral, false);
    schemaIsTheRecords = RegistrySettings.leaveTheSchemaToUs(config);
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
    if (schemaIsTheRecords && !registry.hasRules) {
      headerByTopic.put(topic, WireFormat.header(bytes));
    }
    return bytes;
  }

  @Override
  public void close() {
    registry.close();
  }

  /** Notices when a schema has rules. */
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
