package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.confluent.kafka.serializers.KafkaAvroDeserializer;
import io.confluent.kafka.serializers.KafkaAvroSerializer;
import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.SparseEmbedding;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AvroSerdesTest {
  private static final String TOPIC = Registry.TOPIC;

  private final Registry registry = new Registry();

  @AfterEach
  void drop() {
    registry.close();
  }

  static PromptEvent[] prompts() {
    return new PromptEvent[] {
      Samples.prompt(),
      Samples.emptyPrompt(),
      Samples.masked(new RleMask(2, 3, "13")),
      Samples.masked(new RleMask(2, 3, List.of(0, 1, 5))),
      Samples.masked(new PolygonMask(List.of(List.of(0.0, 0.5, 3.0, 0.0, 0.0, 2.0), List.of()))),
      Samples.masked(new BitmapMask(2, 9, ByteBuffer.wrap(new byte[] {1, -128, 3, 0})))
    };
  }

  static SparseEmbedding[] sparse() {
    return new SparseEmbedding[] {Samples.sparse(), Samples.sparseWithoutTokens()};
  }

  static DenseEmbedding[] dense() {
    return new DenseEmbedding[] {Samples.noMask(), Samples.factored(), Samples.full()};
  }

  @ParameterizedTest
  @MethodSource("prompts")
  void shouldReadThePromptThatItWrote(PromptEvent prompt) {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config())) {
      assertThat(thereAndBack(serde, prompt)).isEqualTo(prompt);
    }
  }

  @ParameterizedTest
  @MethodSource("sparse")
  void shouldReadTheSparseEmbeddingThatItWrote(SparseEmbedding embedding) {
    try (Serde<SparseEmbedding> serde = AvroSerdes.sparseEmbedding(registry.config())) {
      assertThat(thereAndBack(serde, embedding)).isEqualTo(embedding);
    }
  }

  @ParameterizedTest
  @MethodSource("dense")
  void shouldReadTheDenseEmbeddingThatItWrote(DenseEmbedding embedding) {
    try (Serde<DenseEmbedding> serde = AvroSerdes.denseEmbedding(registry.config())) {
      assertThat(thereAndBack(serde, embedding)).isEqualTo(embedding);
    }
  }

  @Test
  void shouldReadTheModelCardThatItWrote() {
    try (Serde<ModelCard> serde = AvroSerdes.modelCard(registry.config())) {
      assertThat(thereAndBack(serde, Samples.modelCard())).isEqualTo(Samples.modelCard());
    }
  }

  @Test
  void shouldWriteConfluentsWireFormatUnderTheTopicsSubject() throws Exception {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config())) {
      byte[] data = serde.serializer().serialize(TOPIC, Samples.prompt());

      int id = registry.client().getLatestSchemaMetadata(TOPIC + "-value").getId();
      assertThat(data).startsWith(ByteBuffer.allocate(5).putInt(1, id).array());
    }
  }

  @Test
  void shouldRegisterSchemasWithoutJavasOwnProperties() throws Exception {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config())) {
      serde.serializer().serialize(TOPIC, Samples.prompt());

      String schema =
          registry.client().getLatestSchemaMetadata(TOPIC + "-value").getSchema();
      assertThat(schema).contains("prompt_id").doesNotContain("avro.java");
    }
  }

  @Test
  void shouldPassConfluentsSettingsThrough() {
    Map<String, Object> config = new HashMap<>(registry.config());
    config.put("auto.register.schemas", false);
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(config)) {
      assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, Samples.prompt()))
          .isInstanceOf(SerializationException.class);
    }
  }

  @Test
  void shouldRejectAConfigurationWithoutRegistry() {
    assertThatThrownBy(() -> AvroSerdes.promptEvent(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("schema.registry.url");
  }

  @Test
  void shouldBeReadByConfluentsDeserializer() {
    try (Serde<DenseEmbedding> serde = AvroSerdes.denseEmbedding(registry.config());
        KafkaAvroDeserializer confluent = new KafkaAvroDeserializer()) {
      confluent.configure(registry.config(), false);

      Object record =
          confluent.deserialize(TOPIC, serde.serializer().serialize(TOPIC, Samples.factored()));

      assertThat(((GenericRecord) record).get("encoding")).hasToString("FACTORED");
    }
  }

  @Test
  void shouldReadWhatConfluentsSerializerWrote() {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config());
        KafkaAvroSerializer confluent = new KafkaAvroSerializer()) {
      confluent.configure(registry.config(), false);

      byte[] data = confluent.serialize(TOPIC, Samples.prompt());

      assertThat(serde.deserializer().deserialize(TOPIC, data)).isEqualTo(Samples.prompt());
    }
  }

  @Test
  void shouldMapNullToNull() {
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config())) {
      assertThat(serde.serializer().serialize(TOPIC, null)).isNull();
      assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
    }
  }

  private static <T> T thereAndBack(Serde<T> serde, T value) {
    return serde.deserializer().deserialize(TOPIC, serde.serializer().serialize(TOPIC, value));
  }
}
