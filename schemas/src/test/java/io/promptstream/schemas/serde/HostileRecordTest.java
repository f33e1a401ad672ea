package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.avro.io.BinaryEncoder;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads malicious bytes with a heap of 1 GiB. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileRecordTest {
  private static final int UNKNOWN_ID = 4711;

  private final Registry registry = new Registry();
  private final int promptId = registry.registerPromptEvent();
  private final Serde<PromptEvent> serde = AvroSerdes.promptEvent(registry.config());

  @AfterEach
  void close() {
    serde.close();
    registry.close();
  }

  @Test
  void shouldRejectAnEmptyRecord() {
    assertUndecodable(new byte[0], "Record is empty");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void shouldRejectARecordShorterThanTheHeader(int size) {
    assertUndecodable(
        new byte[size], "Record of %d bytes is shorter than the 5 bytes".formatted(size));
  }

  @Test
  void shouldRejectARecordWithoutConfluentsWireFormat() {
    byte[] json = "{\"prompt_id\": \"secret\"}".getBytes(StandardCharsets.UTF_8);

    assertUndecodable(json, "Record of 23 bytes does not start with the zero byte");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, Integer.MIN_VALUE})
  void shouldRejectANegativeSchemaId(int id) {
    assertUndecodable(Registry.record(id, new byte[10]), "schema id %d, which".formatted(id));
  }

  @Test
  void shouldRejectASchemaThatTheRegistryDoesNotKnow() {
    assertUndecodable(
        Registry.record(UNKNOWN_ID, Registry.avro(Samples.prompt())),
        "with schema id 4711 is not a valid PromptEvent: the registry has no schema with this id.");
  }

  @Test
  void shouldRejectAHeaderWithoutADatum() {
    assertUndecodable(Registry.record(promptId, new byte[0]), "end before the datum does");
  }

  @Test
  void shouldRejectAPromptThatIsTruncatedAnywhere() {
    byte[] whole = Registry.record(promptId, Registry.avro(Samples.prompt()));
    for (int size = 5; size < whole.length; size++) {
      assertUndecodable(Arrays.copyOf(whole, size), "Record of %d bytes".formatted(size));
    }
  }

  @Test
  void shouldRejectBytesAfterThePrompt() {
    byte[] whole = Registry.record(promptId, Registry.avro(Samples.prompt()));

    assertUndecodable(Arrays.copyOf(whole, whole.length + 3), "3 bytes follow the datum");
  }

  @ParameterizedTest
  @CsvSource({
    "2147483647, Cannot read strings longer",
    "2147483639, end before",
    "9223372036854775807, Cannot read strings longer",
    "-1, negative",
    "-9223372036854775808, negative"
  })
  void shouldRejectAStringOfAFalseLength(long length, String reason) {
    assertUndecodable(prompt(out -> out.writeLong(length)), reason);
  }

  @ParameterizedTest
  @ValueSource(longs = {10_000_000, Integer.MAX_VALUE, Long.MAX_VALUE, -10_000_000, Long.MIN_VALUE})
  void shouldRejectMorePointsThanTheBytesCanHold(long count) {
    assertUndecodable(
        prompt(out -> {
          ids(out);
          out.writeIndex(0); // no image size
          out.writeLong(count);
          out.writeLong(0); // the block's size, if the count is negative
          out.writeFixed(new byte[100]);
        }),
        "Record of ");
  }

  @Test
  void shouldRejectBlocksThatTogetherClaimMorePointsThanTheBytesCanHold() {
    assertUndecodable(
        prompt(out -> {
          ids(out);
          out.writeIndex(0);
          for (int block = 0; block < 3; block++) {
            out.writeLong(20);
            out.writeFixed(new byte[20 * 17]);
          }
          out.writeLong(1_500);
          out.writeFixed(new byte[100]);
        }),
        "claims 1500 items");
  }

  @ParameterizedTest
  @ValueSource(longs = {Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void shouldRejectAMaskOfAFalseLength(long length) {
    assertUndecodable(
        prompt(out -> {
          masked(out, 1);
          out.writeEnum(0);
          out.writeInt(256);
          out.writeInt(256);
          out.writeLong(length);
          out.writeFixed(new byte[100]);
        }),
        "Record of ");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void shouldRejectAnInvalidLabel(int label) {
    assertUndecodable(
        prompt(out -> {
          ids(out);
          out.writeIndex(0);
          out.writeLong(1);
          out.writeDouble(1);
          out.writeDouble(2);
          out.writeEnum(label);
          out.writeLong(0);
          out.writeIndex(0);
          out.writeIndex(0);
        }),
        "Enumeration out of range");
  }

  @ParameterizedTest
  @ValueSource(ints = {2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void shouldRejectABranchThatAUnionDoesNotHave(int branch) {
    assertUndecodable(
        prompt(out -> {
          ids(out);
          out.writeIndex(branch);
          out.writeFixed(new byte[100]);
        }),
        "Union branch index out of range");
  }

  @ParameterizedTest
  @ValueSource(strings = {"80", "ff", "c080", "eda080", "f4908080", "e4b8", "78c3"})
  void shouldRejectAStringThatIsNotUtf8(String hex) {
    byte[] broken = HexFormat.of().parseHex(hex);

    assertUndecodable(
        prompt(out -> {
          out.writeBytes(broken);
          out.writeString("i-1");
          rest(out);
        }),
        "a string is not UTF-8");
    assertUndecodable(
        prompt(out -> {
          ids(out);
          out.writeIndex(0);
          out.writeLong(0);
          out.writeIndex(0);
          out.writeIndex(0);
          out.writeIndex(1);
          out.writeBytes(broken);
        }),
        "a string is not UTF-8");
  }

  @Test
  void shouldAcceptTheReplacementCharacterItself() {
    PromptEvent event = read(prompt(out -> {
      out.writeString("\ufffd");
      out.writeString("");
      rest(out);
    }));

    assertThat(event.getPromptId()).isEqualTo("\ufffd");
    assertThat(event.getImageId()).isEmpty();
  }

  @Test
  void shouldRejectANumberWithoutAnEnd() {
    byte[] ones = new byte[100];
    Arrays.fill(ones, (byte) 0xff);

    assertUndecodable(Registry.record(promptId, ones), "Invalid long encoding");
  }

  @Test
  void shouldReadAValidRecordAfterAnInvalidOne() {
    byte[] good = Registry.record(promptId, Registry.avro(Samples.prompt()));
    assertUndecodable(Arrays.copyOf(good, good.length - 1), "end before");

    assertThat(read(good)).isEqualTo(Samples.prompt());
  }

  @Test
  void shouldNotRepeatTheDataInTheMessage() {
    byte[] data = prompt(out -> {
      out.writeString("secret-prompt");
      out.writeString("secret-image");
      out.writeIndex(7);
    });

    assertThatThrownBy(() -> read(data))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageNotContaining("secret");
  }

  @Test
  void shouldReadOrRejectRandomBytes() {
    byte[] good = Registry.record(promptId, Registry.avro(Samples.prompt()));
    Random random = new Random(20260101);
    int rejected = 0;
    for (int round = 0; round < 50_000; round++) {
      byte[] bad = Arrays.copyOf(good, 5 + random.nextInt(good.length - 5 + 8));
      for (int hits = random.nextInt(1, 6); hits > 0 && bad.length > 5; hits--) {
        bad[random.nextInt(5, bad.length)] = (byte) random.nextInt();
      }
      try {
        read(bad);
      } catch (UndecodableRecordException e) {
        rejected++;
      }
    }
    assertThat(rejected).isGreaterThan(25_000);
  }

  @Test
  void shouldRejectManyEmptyRings() {
    assertUndecodable(polygonOfRings(100_000, 0), "there are more than 6255 arrays");
  }

  @Test
  void shouldReadAPolygonOfTheSmallestRings() {
    PolygonMask mask = (PolygonMask) read(polygonOfRings(100_000, 6)).getMask();

    assertThat(mask.getRings())
        .hasSize(100_000)
        .last()
        .satisfies(ring -> assertThat(ring).hasSize(6));
  }

  private byte[] polygonOfRings(int rings, int coordinates) {
    return prompt(out -> {
      masked(out, 3);
      out.writeLong(rings);
      for (int ring = 0; ring < rings; ring++) {
        if (coordinates > 0) {
          out.writeLong(coordinates);
          out.writeFixed(new byte[Double.BYTES * coordinates]);
        }
        out.writeLong(0);
      }
      out.writeLong(0);
      out.writeIndex(0); // no model
    });
  }

  @Test
  void shouldUseLittleMemoryForAnyClaimedLength() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    Random random = new Random(20260102);
    readOrReject(claiming(10_000_000, 0)); // loads all classes
    for (int round = 0; round < 2_000; round++) {
      byte[] data = claiming(random.nextLong() >>> random.nextInt(1, 64), random.nextInt(9));
      long before = threads.getCurrentThreadAllocatedBytes();
      readOrReject(data);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .as(HexFormat.of().formatHex(data))
          .isLessThan(1 << 20);
    }
  }

  /**
   * Returns a prompt of about a hundred bytes in which the field with this index claims another
   * length.
   */
  private byte[] claiming(long claim, int field) {
    return prompt(out -> {
      switch (field) {
        case 0 -> {
          ids(out);
          out.writeIndex(0);
        }
        case 1 -> {}
        case 2 -> out.writeString("p-1");
        case 3 -> {
          masked(out, 1);
          out.writeEnum(0);
          out.writeInt(256);
          out.writeInt(256);
        }
        case 4, 5 -> {
          masked(out, 2);
          out.writeInt(1 << 16);
          out.writeInt(1 << 15);
          out.writeIndex(field - 4); // compressed counts, or a list
        }
        case 6 -> masked(out, 3);
        case 7 -> {
          masked(out, 3);
          out.writeLong(1); // one ring
        }
        default -> {
          masked(out, 4);
          out.writeInt(1 << 16);
          out.writeInt(1 << 15);
        }
      }
      out.writeLong(claim);
      out.writeFixed(new byte[100]);
    });
  }

  private void readOrReject(byte[] data) {
    try {
      read(data);
    } catch (UndecodableRecordException e) {
      assertThat(e).hasMessageStartingWith("Record of ");
    }
  }

  private void assertUndecodable(byte[] data, String message) {
    assertThatThrownBy(() -> read(data))
        .isInstanceOf(UndecodableRecordException.class)
        .hasMessageContaining(message);
  }

  private PromptEvent read(byte[] data) {
    return serde.deserializer().deserialize(Registry.TOPIC, data);
  }

  private byte[] prompt(Registry.Writing writing) {
    return Registry.record(promptId, Registry.avro(writing));
  }

  /** Writes the ids, and no object. */
  private static void ids(BinaryEncoder out) throws IOException {
    out.writeString("p-1");
    out.writeString("i-1");
    out.writeIndex(0);
  }

  /** Writes everything up to a mask of the union's branch. */
  private static void masked(BinaryEncoder out, int branch) throws IOException {
    ids(out);
    out.writeIndex(0);
    out.writeLong(0);
    out.writeIndex(0);
    out.writeIndex(branch);
  }

  /** Writes no object, image size, points, box, mask or model. */
  private static void rest(BinaryEncoder out) throws IOException {
    out.writeIndex(0);
    out.writeIndex(0);
    out.writeLong(0);
    out.writeIndex(0);
    out.writeIndex(0);
    out.writeIndex(0);
  }
}
