package io.promptstream.schemas.serde;

import io.confluent.kafka.schemaregistry.ParsedSchema;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroDeserializerConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Confluent's deserializer with {@link StrictDatumReader}s: for invalid data it throws a
 * {@code SerializationException} caused by an {@link InvalidDatumException}. It also looks up
 * schemas without a record, and throws the same exceptions as for a record.
 */
final class StrictAvroDeserializer extends KafkaAvroDeserializer {
  StrictAvroDeserializer(Map<String, ?> config) {
    Map<String, Object> specific = new HashMap<>(config);
    specific.put(KafkaAvroDeserializerConfig.SPECIFIC_AVRO_READER_CONFIG, true);
    configure(specific, false);
  }

  /** Returns the schema with this id, which it requests from the registry the first time. */
  AvroSchema writerSchema(String topic, int id) {
    String subject = strategyUsesSchema(false)
        ? getContextName(topic)
        : getSubjectName(topic, false, null, null);
    ParsedSchema schema = ask(
        "Error retrieving Avro value schema for id " + id,
        () -> schemaRegistry.getSchemaBySubjectAndId(subject, id));
    if (!(schema instanceof AvroSchema avro)) {
      throw new InvalidDatumException("it was written as " + schema.schemaType());
    }
    if (avro.rawSchema() == null) {
      throw new SerializationException(
          "The registry's answer for schema id %d has no schema".formatted(id));
    }
    return avro;
  }

  /** Returns the schema ids of the versions of a topic's subject, newest first. */
  List<Integer> registeredIds(String topic, Schema reader, int limit) {
    String subject = getSubjectName(topic, false, null, new AvroSchema(reader));
    return ask("Error listing the versions of subject " + subject, () -> {
      List<Integer> versions = new ArrayList<>(schemaRegistry.getAllVersions(subject));
      Collections.reverse(versions);
      List<Integer> ids = new ArrayList<>();
      for (int version : versions.subList(0, Math.min(limit, versions.size()))) {
        ids.add(schemaRegistry.getSchemaMetadata(subject, version).getId());
      }
      return ids;
    });
  }

  private interface Question<T> {
    T ask() throws IOException, RestClientException;
  }

  private static <T> T ask(String failure, Question<T> question) {
    try {
      return question.ask();
    } catch (InterruptedIOException e) {
      throw new TimeoutException(failure, e);
    } catch (IOException e) {
      throw new SerializationException(failure, e);
    } catch (RestClientException e) {
      throw toKafkaException(e, failure);
    }
  }

  @Override
  protected StrictDatumReader getDatumReader(Schema writer, Schema reader)
      throws ExecutionException {
    DatumReader<?> lenient = super.getDatumReader(writer, reader);
    return new StrictDatumReader(lenient, writer, reader);
  }
}
