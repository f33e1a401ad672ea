package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads malicious bytes in a field that only the writer's schema has, so the reader skips it. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileSkippedFieldTest {
  private final Registry registry = new Registry();
  private final Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config());

  @AfterEach
  void close() {
    serde.close();
    registry.close();
  }

  @Test
  void shouldRejectBillionsOfItemsWithoutBytesInASkippedField() {
    int id = register(SchemaBuilder.array().items(Schema.create(Schema.Type.NULL)));

    assertUndecodable(
        Registry.record(id, Registry.avro(out -> {
          ids(out);
          for (int block = 0; block < 1_000; block++) {
            out.writeLong(Integer.MAX_VALUE - 8);
          }
          out.writeLong(0);
        })),
        "claims 2147483639 items");
  }

  @Test
  void shouldRejectMillionsOfSmallBlocksOfItemsWithoutBytes() {
    int id = register(SchemaBuilder.array().items(Schema.create(Schema.Type.NULL)));

    assertUndecodable(
        Registry.record(id, Registry.avro(out -> {
          ids(out);
          for (int block = 0; block < 250_000; block++) {
            out.writeLong(500_000);
          }
          out.writeLong(0);
        })),
        "claims 500000 items");
  }

  @Test
  void shouldRejectAMapOfBillionsInASkippedField() {
    int id = register(SchemaBuilder.map().values(Schema.create(Schema.Type.NULL)));

    assertUndecodable(
        Registry.record(id, Registry.avro(out -> {
          ids(out);
          out.writeLong(Integer.MAX_VALUE - 8);
        })),
        "claims 2147483639 items");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 101, Integer.MAX_VALUE, Long.MAX_VALUE})
  void shouldRejectAFalseLengthInASkippedField(long length) {
    int id = register(Schema.create(Schema.Type.BYTES));

    assertUndecodable(
        Registry.record(id, Registry.avro(out -> {
          ids(out);
          out.writeLong(length);
          out.writeFixed(new byte[100]);
        })),
        "Record of ");
  }

  // Avro treats it as an empty sequence, and the prompt as complete.
  @ParameterizedTest
  @ValueSource(longs = {-1, Integer.MIN_VALUE, Long.MIN_VALUE})
  void shouldRejectANegativeLengthAtTheEndOfASkippedField(long length) {
    for (Schema.Type type : new Schema.Type[] {Schema.Type.BYTES, Schema.Type.STRING}) {
      int id = register(Schema.create(type));

      assertUndecodable(
          Registry.record(id, Registry.avro(out -> {
            ids(out);
            out.writeLong(length);
          })),
          "length is negative");
    }
  }

  @Test
  void shouldRejectAFixedOfTwoGigabytesInASkippedField() {
    int id = register(Schema.createFixed("Huge", null, null, Integer.MAX_VALUE - 8));

    assertUndecodable(
        Registry.record(id, Registry.avro(HostileSkippedFieldTest::ids)),
        "end before the datum does");
  }

  @Test
  void shouldRejectNestingThatWouldOverflowTheStack() {
    Schema link = SchemaBuilder.record("Link")
        .fields()
        .name("next")
        .type()
        .optional()
        .type("Link")
        .endRecord();
    int id = register(link);
    byte[] deep = new byte[1 << 20];
    Arrays.fill(deep, (byte) 2); // the union's second branch: one more link

    assertUndecodable(
        Registry.record(id, Registry.avro(out -> {
          ids(out);
          out.writeFixed(deep);
          out.writeIndex(0);
        })),
        "nested too deeply");
  }

  private void assertUndecodable(byte[] data, String message) {
    assertThatThrownBy(() -> serde.deserializer().deserialize(Registry.TOPIC, data))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining(message);
  }

  private static void ids(BinaryEncoder out) throws IOException {
    out.writeString("p-1");
    out.writeString("i-1");
  }

  /** Registers a schema of prompts with a field that ours does not have. */
  private int register(Schema extra) {
    return registry.register(SchemaBuilder.record("PromptEvent")
        .fields()
        .requiredString("prompt_id")
        .requiredString("image_id")
        .name("extra")
        .type(extra)
        .noDefault()
        .endRecord());
  }
}
