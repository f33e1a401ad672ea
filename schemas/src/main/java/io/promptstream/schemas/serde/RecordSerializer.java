package io.promptstream.schemas.serde;

import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.confluent.kafka.serializers.KafkaAvroSerializerConfig;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Confluent's serializer for records of one generated class. */
final class RecordSerializer<T extends SpecificRecord> implements Serializer<T> {
  private final KafkaAvroSerializer avro = new KafkaAvroSerializer();

  RecordSerializer(Map<String, ?> config) {
    Map<String, Object> neutral = new HashMap<>(config);
    // The registry is read by other languages; which Java class a string becomes is our own affair.
    neutral.putIfAbsent(KafkaAvroSerializerConfig.AVRO_REMOVE_JAVA_PROPS_CONFIG, true);
    avro.configure(neutral, false);
  }

  @Override
  public byte @Nullable [] serialize(String topic, @Nullable T data) {
    return avro.serialize(topic, data);
  }

  @Override
  public byte @Nullable [] serialize(String topic, Headers headers, @Nullable T data) {
    return avro.serialize(topic, headers, data);
  }

  @Override
  public void close() {
    avro.close();
  }
}
