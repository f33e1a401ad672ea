package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.TestTensors.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafetensorsFileTest {
  private static final byte[] EIGHT_BYTES = HexFormat.of().parseHex("0000803f000000c0");
  private static final String T = entry("t", "F32", List.of(2L, 1L), 0, 8);

  @Test
  void shouldReadATensor() throws IOException {
    SafetensorsFile file = open("{" + T + "}");

    assertThat(file.names()).containsExactly("t");
    assertThat(file.shape("t")).containsExactly(2L, 1L);
    assertThat(file.read("t")).containsExactly(1, -2);
  }

  @ParameterizedTest
  @CsvSource({"F16, 003c00c0ff7b0100", "BF16, 803f00c07f7f8033"})
  void shouldWidenHalfPrecision(String dtype, String hex) throws IOException {
    byte[] file = TestTensors.safetensors(
        "{" + entry("t", dtype, List.of(4L), 0, 8) + "}", HexFormat.of().parseHex(hex));

    float[] expected = dtype.equals("F16")
        ? new float[] {1, -2, 65504, 0x1p-24f}
        : new float[] {1, -2, Float.intBitsToFloat(0x7f7f0000), 0x1p-24f};
    assertThat(open(file).read("t")).containsExactly(expected);
  }

  @Test
  void shouldReadOfficialNamesToo() throws IOException {
    byte[] file = TestTensors.safetensors(TestTensors.small(FamilyDetector.SEGMENT_ANYTHING));

    assertThat(TestTensors.read(
                new CheckpointChannel(new SeekableInMemoryByteChannel(file)),
                new WeightsOrigin.Seed(0))
            .shape(PromptEncoderTensor.NOT_A_POINT))
        .containsExactly(8L);
  }

  @Test
  void shouldIgnoreMetadataPaddingAndUnknownTypes() throws IOException {
    SafetensorsFile file = open("{\"__metadata__\":{\"format\":\"pt\"},"
        + entry("other", "F8_E9", List.of(), 1, 3)
        + ","
        + T
        + "}   ");

    assertThat(file.names()).containsExactlyInAnyOrder("t", "other");
    assertThat(file.read("t")).containsExactly(1, -2);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 40, 100_000_001, Long.MAX_VALUE})
  void shouldRejectAHeaderLongerThanTheFile(long length) {
    byte[] file =
        ByteBuffer.allocate(47).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();

    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(file))
        .withMessage(
            "its safetensors header claims to be %s bytes long, expected at most 16777216 in a file of 47 bytes"
                .formatted(Long.toUnsignedString(length)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "{\"t\":",
        "{\"t\":{\"dtype\"",
        "{\"t\":{\"shape\":[",
        "{\"t\":{\"shape\":[1,",
        "{nonsense}",
        "{\"\\ud800"
      })
  void shouldRejectAHeaderThatIsNotJson(String header) {
    assertDamaged(header, "its safetensors header is not valid JSON: ");
  }

  @Test
  void shouldRejectADuplicateTensor() {
    assertDamaged("{" + T + "," + T + "}", "Duplicate field 't'");
  }

  @Test
  void shouldRejectADuplicateAttribute() {
    assertDamaged("{\"t\":{\"dtype\":\"F32\",\"dtype\":\"F16\"}}", "Duplicate field 'dtype'");
  }

  @Test
  void shouldRejectDeepNesting() {
    assertDamaged("{\"__metadata__\":" + "[".repeat(100_000), "nesting depth");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                             | it must be an object",
        "{} {}                                          | there is data after the object",
        "{'t':1}                                        | tensor t is not an object",
        "{'t':{}}                                       | tensor t does not have a dtype, a shape",
        "{'t':{'dtype':7}}                              | tensor t has an unexpected dtype",
        "{'t':{'strides':[1]}}                          | tensor t has an unexpected strides",
        "{'t':{'shape':3}}                              | the shape of tensor t is not an array",
        "{'t':{'shape':[-1]}}                           | the shape of tensor t is not an array of",
        "{'t':{'shape':[1.5]}}                          | the shape of tensor t is not an array of",
        "{'t':{'shape':[[1]]}}                          | the shape of tensor t is not an array of",
        "{'t':{'data_offsets':[9223372036854775808,0]}} | the data_offsets of tensor t is not an",
      })
  void shouldRejectAMalformedHeader(String header, String message) {
    assertDamaged(header.replace('\'', '"'), "its safetensors header is damaged: " + message);
  }

  @ParameterizedTest
  @CsvSource({"4, 0", "0, 9", "9, 9", "0, 9223372036854775807"})
  void shouldRejectOffsetsOutsideTheData(long begin, long end) {
    assertDamaged(
        "{" + entry("t", "F32", List.of(2L), begin, end) + "}",
        "tensor t has the data_offsets [%d, %d], but the data has 8 bytes".formatted(begin, end));
  }

  @Test
  void shouldRejectTooManyTensors() {
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i <= 100_000; i++) {
      header.append(entry(Integer.toString(i), "F32", List.of(), 0, 4)).append(',');
    }

    assertDamaged(header.toString(), "it names more than 100000 tensors");
  }

  @ParameterizedTest
  @ValueSource(strings = {"F64", "I64", "BOOL", "F8_E4M3", "f32"})
  void shouldRejectATensorThatIsNotFloat(String dtype) {
    assertUnreadable(
        entry("t", dtype, List.of(1L), 0, 8),
        "tensor t has the element type %s, expected F32, F16 or BF16".formatted(dtype));
  }

  @Test
  void shouldRejectATensorThatDoesNotFitItsRange() {
    assertUnreadable(
        entry("t", "F32", List.of(3L), 0, 8),
        "tensor t of shape [3] and type F32 takes 12 bytes, but its data_offsets [0, 8] hold 8");
  }

  @Test
  void shouldRejectAnOverflowingElementCount() {
    assertUnreadable(
        entry("t", "F32", List.of(1L << 32, 1L << 32, 2L), 0, 8),
        "tensor t has shape [4294967296, 4294967296, 2], expected 1 to 16777216 elements");
  }

  private static SafetensorsFile open(String header) throws IOException {
    return open(TestTensors.safetensors(header, EIGHT_BYTES));
  }

  private static SafetensorsFile open(byte[] file) throws IOException {
    return SafetensorsFile.open(new CheckpointChannel(new SeekableInMemoryByteChannel(file)));
  }

  private static void assertDamaged(String header, String message) {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(header))
        .withMessageContaining(message);
  }

  private static void assertUnreadable(String entry, String message) {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open("{" + entry + "}").read("t"))
        .withMessage(message);
  }
}
