package io.promptstream.workbench.fuzz;

import static org.apache.avro.Schema.Type.BYTES;
import static org.apache.avro.Schema.Type.INT;
import static org.apache.avro.Schema.Type.NULL;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.Schema.Field;
import org.apache.avro.SchemaBuilder;

/** The schemas that events are written with: our own and others. */
enum ForeignSchema {
  /** A prompt event of a writer that does not know {@code model}. */
  PROMPT_EVENT_WITHOUT_MODEL(true, without(ours(PromptEvent.getClassSchema()), "model")),
  /** The current prompt event. */
  PROMPT_EVENT(true, ours(PromptEvent.getClassSchema())),
  /** A prompt event with float coordinates and without masks. */
  FLOAT_COORDINATES(true, floatCoordinates()),
  /** A prompt event with a bytes field that the reader does not have. */
  EXTRA_BYTES(true, withExtra(Schema.create(BYTES))),
  /** A prompt event with an array of nulls; always written with an excessive count. */
  EXTRA_NULLS(false, withExtra(SchemaBuilder.array().items(Schema.create(NULL)))),
  /** A prompt event with a recursive field; always written too deep for the stack. */
  EXTRA_LINKS(false, withExtra(link())),
  /** The fields of a prompt event under another name. */
  ORDER(false, named("Order", ours(PromptEvent.getClassSchema()))),
  /** The name of a prompt event, but with an int id. */
  NUMBERED(
      false,
      SchemaBuilder.record("PromptEvent")
          .namespace("io.promptstream.schemas")
          .fields()
          .requiredInt("prompt_id")
          .requiredString("image_id")
          .endRecord()),
  /** An output record. */
  SPARSE_EMBEDDING(false, ours(SparseEmbedding.getClassSchema())),
  /** A string, not a record. */
  TEXT(false, Schema.create(Schema.Type.STRING)),
  /** Bytes, not a record; Confluent's deserializer has a special case for them. */
  RAW(false, Schema.create(BYTES)),
  /** An array, not a record. */
  NUMBERS(false, SchemaBuilder.array().items(Schema.create(INT)));

  private static final String JAVA_STRING = "{\"type\":\"string\",\"avro.java.string\":\"String\"}";

  private final boolean promptEvent;

  @SuppressWarnings("ImmutableEnumChecker") // never modified
  private final Schema schema;

  ForeignSchema(boolean promptEvent, Schema schema) {
    this.promptEvent = promptEvent;
    this.schema = schema;
  }

  /** Returns whether a value with this schema may be a prompt event. */
  boolean promptEvent() {
    return promptEvent;
  }

  Schema schema() {
    return schema;
  }

  /** Returns the schema without Java's string type, so that strings are read as bytes. */
  private static Schema ours(Schema generated) {
    return new Schema.Parser().parse(generated.toString().replace(JAVA_STRING, "\"string\""));
  }

  private static Schema without(Schema record, String field) {
    return record(
        record.getName(),
        record.getNamespace(),
        record.getFields().stream().filter(its -> !its.name().equals(field)).toList());
  }

  private static Schema named(String name, Schema record) {
    return record(name, "com.example", record.getFields());
  }

  private static Schema record(String name, String namespace, List<Field> fields) {
    return Schema.createRecord(
        name,
        null,
        namespace,
        false,
        fields.stream().map(field -> new Field(field, field.schema())).toList());
  }

  private static Schema floatCoordinates() {
    Schema label = ours(PromptEvent.getClassSchema())
        .getField("points")
        .schema()
        .getElementType()
        .getField("label")
        .schema();
    Schema point = SchemaBuilder.record("Point")
        .namespace("io.promptstream.schemas")
        .fields()
        .requiredFloat("x")
        .requiredFloat("y")
        .name("label")
        .type(label)
        .noDefault()
        .endRecord();
    return SchemaBuilder.record("PromptEvent")
        .namespace("io.promptstream.schemas")
        .fields()
        .requiredString("prompt_id")
        .requiredString("image_id")
        .name("points")
        .type(SchemaBuilder.array().items(point))
        .noDefault()
        .endRecord();
  }

  private static Schema link() {
    return SchemaBuilder.record("Link")
        .fields()
        .optionalBoolean("end")
        .name("next")
        .type()
        .optional()
        .type("Link")
        .endRecord();
  }

  private static Schema withExtra(Schema extra) {
    return SchemaBuilder.record("PromptEvent")
        .namespace("io.promptstream.schemas")
        .fields()
        .requiredString("prompt_id")
        .requiredString("image_id")
        .name("extra")
        .type(extra)
        .noDefault()
        .endRecord();
  }
}
