package io.promptstream.schemas.serde;

import static org.apache.avro.SchemaNormalization.parsingFingerprint64;
import static org.assertj.core.api.Assertions.assertThat;

import io.confluent.kafka.schemaregistry.CompatibilityChecker;
import io.confluent.kafka.schemaregistry.CompatibilityLevel;
import io.confluent.kafka.schemaregistry.ParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.SimpleParsedSchemaHolder;
import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.SparseEmbedding;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the current schemas are compatible with every released version: old consumers can read
 * new records, and new consumers old ones.
 *
 * <p>After a compatible change, add the current schemas as {@code golden/<version>}. Never change
 * the earlier versions.
 */
class SchemaCompatibilityTest {
  private static final CompatibilityChecker CHECKER =
      CompatibilityChecker.checker(CompatibilityLevel.FULL_TRANSITIVE);

  static List<Schema> schemas() {
    return List.of(
        PromptEvent.getClassSchema(),
        PromptAction.getClassSchema(),
        SparseEmbedding.getClassSchema(),
        DenseEmbedding.getClassSchema(),
        ModelCard.getClassSchema());
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void shouldBeCompatibleWithEveryReleasedVersion(Schema today) {
    assertThat(CHECKER.isCompatibleWithHolders(new AvroSchema(today), released(today.getName())))
        .isEmpty();
  }

  /** If it changes, {@code SessionStates} must also read the states of earlier versions. */
  @Test
  void shouldKeepTheSchemaOfTheStatesInTheStore() {
    List<ParsedSchemaHolder> released = released("SessionState");
    Schema newest = (Schema) released.get(released.size() - 1).schema().rawSchema();

    assertThat(parsingFingerprint64(SessionState.getClassSchema()))
        .isEqualTo(parsingFingerprint64(newest));
  }

  @Test
  void shouldRegisterTheNewestCommittedVersion() throws Exception {
    try (Registry registry = new Registry();
        Serde<PromptEvent> prompt = AvroSerdes.promptEvent(registry.config());
        Serde<PromptAction> action = AvroSerdes.promptAction(registry.config());
        Serde<SparseEmbedding> sparse = AvroSerdes.sparseEmbedding(registry.config());
        Serde<DenseEmbedding> dense = AvroSerdes.denseEmbedding(registry.config());
        Serde<ModelCard> card = AvroSerdes.modelCard(registry.config())) {
      prompt.serializer().serialize("PromptEvent", Samples.prompt());
      action.serializer().serialize("PromptAction", Samples.action());
      sparse.serializer().serialize("SparseEmbedding", Samples.sparse());
      dense.serializer().serialize("DenseEmbedding", Samples.factored());
      card.serializer().serialize("ModelCard", Samples.modelCard());

      for (Schema schema : schemas()) {
        List<ParsedSchemaHolder> released = released(schema.getName());
        String registered = registry
            .client()
            .getLatestSchemaMetadata(schema.getName() + "-value")
            .getSchema();
        assertThat(new Schema.Parser().parse(registered))
            .isEqualTo(released.get(released.size() - 1).schema().rawSchema());
      }
    }
  }

  @Test
  void shouldRejectARequiredFieldThatIsRemoved() {
    assertRejected(without(PromptEvent.getClassSchema(), "image_id"), "image_id");
  }

  @Test
  void shouldRejectARequiredFieldThatIsAdded() {
    assertRejected(
        with(PromptEvent.getClassSchema(), field("score", Schema.create(Schema.Type.DOUBLE), null)),
        "score");
  }

  @Test
  void shouldRejectAnotherType() {
    assertRejected(
        with(
            without(SparseEmbedding.getClassSchema(), "model_id"),
            field("model_id", Schema.create(Schema.Type.LONG), null)),
        "TYPE_MISMATCH");
  }

  @Test
  void shouldRejectAnotherName() {
    Schema today = DenseEmbedding.getClassSchema();

    assertThat(CHECKER.isCompatibleWithHolders(
            new AvroSchema(
                Schema.createRecord("Embedding", null, today.getNamespace(), false, copies(today))),
            released(today.getName())))
        .isNotEmpty();
  }

  @Test
  void shouldAllowAnOptionalFieldThatIsAdded() {
    Schema changed = with(
        PromptEvent.getClassSchema(),
        field(
            "annotator",
            Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.STRING)),
            Schema.Field.NULL_DEFAULT_VALUE));

    assertThat(
            CHECKER.isCompatibleWithHolders(new AvroSchema(changed), released(changed.getName())))
        .isEmpty();
  }

  @Test
  void shouldAllowASymbolThatIsAddedToAnEnumWithADefault() {
    Schema today = DataType.getClassSchema();
    List<String> symbols = new ArrayList<>(today.getEnumSymbols());
    symbols.add("FLOAT8");
    Schema changed = Schema.createEnum(
        today.getName(), today.getDoc(), today.getNamespace(), symbols, today.getEnumDefault());

    assertThat(new AvroSchema(changed)
            .isCompatible(
                CompatibilityLevel.FULL,
                List.of(new SimpleParsedSchemaHolder(new AvroSchema(today)))))
        .isEmpty();
  }

  @Test
  void shouldRejectAKindOfMaskThatIsAdded() {
    Schema today = PromptEvent.getClassSchema();
    List<Schema> kinds = new ArrayList<>(today.getField("mask").schema().getTypes());
    kinds.add(Schema.createRecord("SplineMask", null, today.getNamespace(), false, List.of()));

    assertRejected(
        with(
            without(today, "mask"),
            field("mask", Schema.createUnion(kinds), Schema.Field.NULL_DEFAULT_VALUE)),
        "MISSING_UNION_BRANCH");
  }

  @Test
  void shouldAllowAnOptionalFieldThatIsRemoved() {
    Schema changed = without(PromptEvent.getClassSchema(), "mask");

    assertThat(
            CHECKER.isCompatibleWithHolders(new AvroSchema(changed), released(changed.getName())))
        .isEmpty();
  }

  private static void assertRejected(Schema changed, String reason) {
    assertThat(
            CHECKER.isCompatibleWithHolders(new AvroSchema(changed), released(changed.getName())))
        .anySatisfy(message -> assertThat(message).contains(reason));
  }

  /** Returns all released versions of a schema, oldest first. */
  private static List<ParsedSchemaHolder> released(String name) {
    try (Stream<Path> versions = Files.list(golden())) {
      List<ParsedSchemaHolder> schemas = new ArrayList<>();
      for (Path version : versions
          .sorted(Comparator.comparing(SchemaCompatibilityTest::version))
          .toList()) {
        String schema = Files.readString(version.resolve(name + ".avsc"));
        schemas.add(new SimpleParsedSchemaHolder(new AvroSchema(schema)));
      }
      assertThat(schemas).isNotEmpty();
      return schemas;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path golden() {
    try {
      return Path.of(Objects.requireNonNull(SchemaCompatibilityTest.class.getResource("/golden"))
          .toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static Version version(Path directory) {
    return Version.parse(Objects.requireNonNull(directory.getFileName()).toString());
  }

  private static Schema without(Schema record, String field) {
    List<Schema.Field> fields = copies(record);
    assertThat(fields.removeIf(candidate -> candidate.name().equals(field))).isTrue();
    return withFields(record, fields);
  }

  private static Schema with(Schema record, Schema.Field field) {
    List<Schema.Field> fields = copies(record);
    fields.add(field);
    return withFields(record, fields);
  }

  private static Schema withFields(Schema record, List<Schema.Field> fields) {
    return Schema.createRecord(
        record.getName(), record.getDoc(), record.getNamespace(), false, fields);
  }

  private static List<Schema.Field> copies(Schema record) {
    List<Schema.Field> fields = new ArrayList<>();
    for (Schema.Field field : record.getFields()) {
      fields.add(new Schema.Field(field, field.schema()));
    }
    return fields;
  }

  private static Schema.Field field(String name, Schema schema, @Nullable Object defaultValue) {
    return defaultValue == null
        ? new Schema.Field(name, schema)
        : new Schema.Field(name, schema, null, defaultValue);
  }
}
