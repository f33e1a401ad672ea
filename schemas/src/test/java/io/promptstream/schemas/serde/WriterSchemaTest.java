package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads prompts that were written with other schemas. */
class WriterSchemaTest {
  private final Registry registry = new Registry();
  private Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config());

  @BeforeEach
  void occupyTheFirstSchemaId() {
    registry.register(SchemaBuilder.record("Other").fields().endRecord());
  }

  @AfterEach
  void close() {
    serde.close();
    registry.close();
  }

  @Test
  void shouldReadAWriterWithAnAddedOptionalField() {
    GenericRecord datum = new GenericRecordBuilder(minimal("PromptEvent")
            .name("annotator")
            .type()
            .optional()
            .stringType()
            .endRecord())
        .set("prompt_id", "p-2")
        .set("image_id", "i-2")
        .set("annotator", "Ada")
        .build();

    PromptEvent prompt = read(registry.write(datum));

    assertThat(prompt.getPromptId()).isEqualTo("p-2");
  }

  @Test
  void shouldFillMissingFieldsWithDefaults() {
    GenericRecord datum = new GenericRecordBuilder(minimal("PromptEvent").endRecord())
        .set("prompt_id", "p-2")
        .set("image_id", "i-2")
        .build();

    PromptEvent prompt = read(registry.write(datum));

    assertThat(prompt)
        .isEqualTo(PromptEvent.newBuilder().setPromptId("p-2").setImageId("i-2").build());
  }

  // Avro's own check assumes the size of a point with doubles and finds too few bytes.
  @Test
  void shouldReadManyPointsWithFloatCoordinates() {
    Schema label = SchemaBuilder.enumeration("PointLabel").symbols("BACKGROUND", "FOREGROUND");
    Schema point = SchemaBuilder.record("Point")
        .fields()
        .requiredFloat("x")
        .requiredFloat("y")
        .name("label")
        .type(label)
        .noDefault()
        .endRecord();
    Schema writer = minimal("PromptEvent")
        .name("points")
        .type()
        .array()
        .items(point)
        .noDefault()
        .endRecord();
    List<GenericRecord> points = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      points.add(new GenericRecordBuilder(point)
          .set("x", i + 0.5f)
          .set("y", 2f * i)
          .set("label", new GenericData.EnumSymbol(label, "FOREGROUND"))
          .build());
    }
    GenericRecord datum = new GenericRecordBuilder(writer)
        .set("prompt_id", "p-2")
        .set("image_id", "i-2")
        .set("points", points)
        .build();

    PromptEvent prompt = read(registry.write(datum));

    assertThat(prompt.getPoints())
        .hasSize(1000)
        .last()
        .isEqualTo(new Point(999.5, 1998.0, PointLabel.FOREGROUND));
  }

  @Test
  void shouldReadAnUnknownSymbolAsUnknown() {
    Schema label = SchemaBuilder.enumeration("PointLabel").symbols("FOREGROUND", "HOVER");
    Schema point = SchemaBuilder.record("Point")
        .fields()
        .requiredDouble("x")
        .requiredDouble("y")
        .name("label")
        .type(label)
        .noDefault()
        .endRecord();
    Schema writer = minimal("PromptEvent")
        .name("points")
        .type()
        .array()
        .items(point)
        .noDefault()
        .endRecord();
    GenericRecord hover = new GenericRecordBuilder(point)
        .set("x", 1.0)
        .set("y", 2.0)
        .set("label", new GenericData.EnumSymbol(label, "HOVER"))
        .build();
    GenericRecord datum = new GenericRecordBuilder(writer)
        .set("prompt_id", "p-2")
        .set("image_id", "i-2")
        .set("points", List.of(hover))
        .build();

    assertThat(read(registry.write(datum)).getPoints())
        .containsExactly(new Point(1.0, 2.0, PointLabel.UNKNOWN));
  }

  @Test
  void shouldRejectAnUnknownKindOfMask() {
    Schema spline = SchemaBuilder.record("SplineMask").fields().endRecord();
    Schema writer = minimal("PromptEvent").name("mask").type(spline).noDefault().endRecord();
    GenericRecord datum = new GenericRecordBuilder(writer)
        .set("prompt_id", "p-2")
        .set("image_id", "i-2")
        .set("mask", new GenericRecordBuilder(spline).build())
        .build();

    assertThatThrownBy(() -> read(registry.write(datum)))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("SplineMask");
  }

  @Test
  void shouldRejectARecordOfAnotherNameWithTheFieldsOfAPrompt() {
    GenericRecord order = new GenericRecordBuilder(minimal("Order").endRecord())
        .set("prompt_id", "p-2")
        .set("image_id", "i-2")
        .build();

    assertThatThrownBy(() -> read(registry.write(order)))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageEndingWith("is not a valid PromptEvent: it was written as shop.Order.");
  }

  @Test
  void shouldRejectAnEmbeddingWhereAPromptIsExpected() {
    assertThatThrownBy(() -> read(registry.write(Samples.sparse())))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageEndingWith("it was written as io.promptstream.schemas.SparseEmbedding.");
  }

  @Test
  void shouldRejectAWriterWithoutARequiredField() {
    Schema writer =
        SchemaBuilder.record("PromptEvent").fields().requiredString("prompt_id").endRecord();
    GenericRecord datum =
        new GenericRecordBuilder(writer).set("prompt_id", "p-2").build();

    assertThatThrownBy(() -> read(registry.write(datum)))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("missing required field image_id");
  }

  @Test
  void shouldRejectAFieldOfAnotherType() {
    Schema writer = SchemaBuilder.record("PromptEvent")
        .fields()
        .requiredLong("prompt_id")
        .requiredString("image_id")
        .endRecord();
    GenericRecord datum = new GenericRecordBuilder(writer)
        .set("prompt_id", 2L)
        .set("image_id", "i-2")
        .build();

    assertThatThrownBy(() -> read(registry.write(datum)))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining("Found long, expecting string");
  }

  @Test
  void shouldRejectPlainBytes() {
    int id = registry.register(Schema.create(Schema.Type.BYTES));

    assertThatThrownBy(() -> read(Registry.record(id, new byte[] {4, 1, 2})))
        .isInstanceOf(UndecodableRecordException.class);
  }

  @Test
  void shouldRejectAPlainString() {
    int id = registry.register(Schema.create(Schema.Type.STRING));

    assertThatThrownBy(() -> read(Registry.record(id, new byte[] {2, 'a'})))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageEndingWith("it was written as string.");
  }

  private PromptEvent read(byte[] data) {
    return serde.deserializer().deserialize(Registry.TOPIC, data);
  }

  private static SchemaBuilder.FieldAssembler<Schema> minimal(String name) {
    return SchemaBuilder.record(name)
        .namespace("shop")
        .fields()
        .requiredString("prompt_id")
        .requiredString("image_id");
  }
}
