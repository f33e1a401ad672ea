package io.promptstream.workbench.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.SchemaRegistryClient;
import io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.workbench.SharedServices;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(SharedServices.Resolver.class)
class ApicurioRegistryIT {
  private final String url;

  ApicurioRegistryIT(SharedServices services) {
    url = services.registryUrl();
  }

  @Test
  void shouldReturnByIdWhatWasRegistered() throws Exception {
    AvroSchema schema = new AvroSchema(PromptEvent.getClassSchema());

    int id = client().register("by-id-value", schema);

    assertThat(client().getSchemaById(id).rawSchema()).isEqualTo(schema.rawSchema());
  }

  @Test
  void shouldRefuseASchemaThatCannotReadTheOneBefore() throws Exception {
    SchemaRegistryClient client = client();
    client.register("grown-value", record("{\"name\": \"a\", \"type\": \"int\"}"));

    assertThatExceptionOfType(RestClientException.class)
        .isThrownBy(
            () -> client.register("grown-value", record("{\"name\": \"b\", \"type\": \"int\"}")))
        .satisfies(e -> assertThat(e.getStatus()).isEqualTo(409));
  }

  @Test
  void shouldAnswerAnUnknownIdWithConfluentsErrorCode() {
    assertThatExceptionOfType(RestClientException.class)
        .isThrownBy(() -> client().getSchemaById(99_999))
        .satisfies(e -> {
          assertThat(e.getStatus()).isEqualTo(404);
          assertThat(e.getErrorCode()).isEqualTo(40403);
        });
  }

  @Test
  void shouldLetConfluentsDeserializerReadWhatItsSerializerWrote() {
    TrustedRecords.add();
    PromptEvent event = PromptEvent.newBuilder()
        .setPromptId("p")
        .setImageId("i")
        .setImageSize(new ImageSize(1200, 1800))
        .setPoints(List.of(new Point(500.0, 375.0, PointLabel.FOREGROUND)))
        .setBox(new Box(425.0, 600.0, 700.0, 875.0))
        .build();
    Map<String, Object> config = Map.of("schema.registry.url", url, "specific.avro.reader", true);
    try (var serializer = new KafkaAvroSerializer();
        var deserializer = new KafkaAvroDeserializer()) {
      serializer.configure(config, false);
      deserializer.configure(config, false);

      byte[] bytes = serializer.serialize("prompt-events", event);

      assertThat(bytes[0]).as("Confluent's magic byte").isZero();
      assertThat(deserializer.deserialize("prompt-events", bytes)).isEqualTo(event);
    }
  }

  @Test
  void shouldEndItsProcessOnClose() throws Exception {
    ApicurioRegistry other = ApicurioRegistry.start();
    ProcessHandle process = other.processHandle();
    assertThat(process.isAlive()).isTrue();

    other.close();

    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void shouldNameAPortThatIsTaken() {
    int taken = URI.create(url).getPort();

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> ApicurioRegistry.launch(taken, List.of()))
        .withMessageContaining(
            "port " + taken + " of 127.0.0.1 cannot be used for the schema registry");
  }

  private SchemaRegistryClient client() {
    return new CachedSchemaRegistryClient(url, 10);
  }

  private static AvroSchema record(String field) {
    return new AvroSchema(
        "{\"type\": \"record\", \"name\": \"Grown\", \"fields\": [" + field + "]}");
  }
}
