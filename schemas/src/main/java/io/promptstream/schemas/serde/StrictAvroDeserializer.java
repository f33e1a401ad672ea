package io.promptstream.schemas.serde;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;

/**
 * Confluent's deserializer with {@link StrictDatumReader}s: what is wrong with the data arrives as
 * the {@link InvalidDatumException} that caused its {@code SerializationException}.
 */
final class StrictAvroDeserializer extends KafkaAvroDeserializer {
  StrictAvroDeserializer(Map<String, ?> config) {
    Map<String, Object> specific = new HashMap<>(config);
    specific.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    configure(specific, false);
  }

  @Override
  protected DatumReader<?> getDatumReader(Schema writer, Schema reader) throws ExecutionException {
    return new StrictDatumReader(super.getDatumReader(writer, reader), writer, reader);
  }
}
