package io.promptstream.schemas.serde;

import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;

/**
 * A serde that {@link AvroSerdes} creates.
 *
 * @param serializer writes records
 * @param deserializer reads records, and can request and cache their schemas
 */
public record RecordSerde<T extends SpecificRecord>(
    Serializer<T> serializer, RecordDeserializer<T> deserializer) implements Serde<T> {
  @Override
  public void close() {
    serializer.close();
    deserializer.close();
  }
}
