package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.checkpoint.TorchZipBuilder.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.utils.SeekableInMemoryByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchZipFileTest {
  private static final byte[] ONE_TO_SIX = float32(1, 2, 3, 4, 5, 6);

  private final TorchZipBuilder torch = new TorchZipBuilder();

  @Test
  void shouldReadATensor() throws IOException {
    torch.tensor("t", List.of(2L, 3L), ONE_TO_SIX);

    assertThat(open().names()).containsExactly("t");
    assertThat(open().shape("t")).containsExactly(2L, 3L);
    assertThat(open().read("t")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void shouldReadHuggingFaceNamesToo() throws IOException {
    byte[] zip = TestTensors.torchZip(TestTensors.small(FamilyDetector.HUGGING_FACE));

    assertThat(TestTensors.read(
                new CheckpointChannel(new SeekableInMemoryByteChannel(zip)),
                new WeightsOrigin.Seed(0))
            .shape(PromptEncoderTensor.NOT_A_POINT))
        .containsExactly(8L);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "state_dict"})
  void shouldReadANestedStateDict(String key) throws IOException {
    torch.nestedUnder(key).tensor("t", List.of(6L), ONE_TO_SIX);

    assertThat(open().names()).containsExactly("t");
  }

  @Test
  void shouldGatherATransposedView() throws IOException {
    view(0, List.of(3L, 2L), List.of(1L, 3L));

    assertThat(open().read("t")).containsExactly(1, 4, 2, 5, 3, 6);
  }

  @Test
  void shouldReadASliceOfASharedStorage() throws IOException {
    view(1, List.of(2L, 2L), List.of(3L, 1L));
    torch.view("row", new Storage("FloatStorage", "0", 6), 3, List.of(1L, 3L), List.of(3L, 1L));

    assertThat(open().read("t")).containsExactly(2, 3, 5, 6);
    assertThat(open().read("row")).containsExactly(4, 5, 6);
  }

  @Test
  void shouldRepeatABroadcastElement() throws IOException {
    view(4, List.of(3L), List.of(0L));

    assertThat(open().read("t")).containsExactly(5, 5, 5);
  }

  @Test
  void shouldReadAScalar() throws IOException {
    view(2, List.of(), List.of());

    assertThat(open().read("t")).containsExactly(3);
  }

  @ParameterizedTest
  @CsvSource({"HalfStorage, 003c00c0ff7b0100", "BFloat16Storage, 803f00c07f7f8033"})
  void shouldWidenHalfPrecision(String type, String hex) throws IOException {
    torch.record("data/0", HexFormat.of().parseHex(hex));
    torch.view("t", new Storage(type, "0", 4), 0, List.of(4L), List.of(1L));

    float[] expected = type.equals("HalfStorage")
        ? new float[] {1, -2, 65504, 0x1p-24f}
        : new float[] {1, -2, Float.intBitsToFloat(0x7f7f0000), 0x1p-24f};
    assertThat(open().read("t")).containsExactly(expected);
  }

  @Test
  void shouldUnwrapAParameter() throws IOException {
    torch.record("data/0", ONE_TO_SIX);
    torch.item(pickle -> pickle
        .text("t")
        .global("torch._utils", "_rebuild_parameter")
        .opcode('(')
        .tensor(new Storage("FloatStorage", "0", 6), 0, List.of(6L), List.of(1L))
        .opcode(0x88)
        .global("collections", "OrderedDict")
        .opcodes(")RtR"));

    assertThat(open().read("t")).containsExactly(1, 2, 3, 4, 5, 6);
  }

  @Test
  void shouldIgnoreValuesThatAreNotTensors() throws IOException {
    torch
        .tensor("t", List.of(6L), ONE_TO_SIX)
        .item(pickle -> pickle.text("epoch").integer(7))
        .item(pickle -> pickle.text("betas").opcodes("](GABCDEFGHNe"))
        .item(pickle -> pickle.integer(0).text("an integer for a key"));

    assertThat(open().names()).containsExactly("t");
  }

  @Test
  void shouldNotCheckTensorsThatAreNotRead() throws IOException {
    torch
        .tensor("t", List.of(6L), ONE_TO_SIX)
        .view("steps", new Storage("LongStorage", "gone", 1), 9, List.of(), List.of());

    assertThat(open().names()).containsExactlyInAnyOrder("t", "steps");
    assertThat(open().read("t")).hasSize(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LongStorage", "DoubleStorage", "BoolStorage", "ByteStorage"})
  void shouldRejectATensorThatIsNotFloat(String type) {
    torch.view("t", new Storage(type, "0", 6), 0, List.of(6L), List.of(1L));

    assertUnreadable("tensor t is in a torch." + type + ", expected a Float-, Half- or");
  }

  @Test
  void shouldRejectAMissingStorage() {
    view(0, List.of(6L), List.of(1L));
    torch.without("data/0");

    assertUnreadable("tensor t is in the zip entry archive/data/0, which is missing");
  }

  @Test
  void shouldNotLeaveTheArchiveForAStorage() {
    torch.view("t", new Storage("FloatStorage", "../version", 2), 0, List.of(2L), List.of(1L));

    assertUnreadable("the zip entry archive/data/../version, which is missing");
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 7, -1, 6 + (1L << 62), Long.MAX_VALUE})
  void shouldRejectAStorageOfTheWrongSize(long elements) {
    torch.record("data/0", ONE_TO_SIX);
    torch.view("t", new Storage("FloatStorage", "0", elements), 0, List.of(1L), List.of(1L));

    assertUnreadable("the zip entry archive/data/0 of 24 bytes, expected %d elements of 4 bytes"
        .formatted(elements));
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 6, 1, has the offset -1",
    "0, 6, -1, the strides [-1]",
    "0, 0, 1, has shape [0]",
    "0, -6, 1, has shape [-6]",
    "1, 6, 1, ends past its storage",
    "9223372036854775807, 1, 1, ends past its storage",
    "0, 2, 6, ends past its storage",
    "0, 2, 9223372036854775807, spans more than",
    "0, 3, 9223372036854775807, spans more than",
    "0, 9223372036854775807, 0, has shape [9223372036854775807]",
    "0, 16777217, 0, has shape [16777217]"
  })
  void shouldRejectAViewThatIsNotWithinItsStorage(
      long offset, long extent, long stride, String message) {
    view(offset, List.of(extent), List.of(stride));

    assertUnreadable(message);
  }

  @Test
  void shouldRejectAnOverflowingElementCount() {
    view(0, List.of(1L << 32, 1L << 32), List.of(0L, 0L));

    assertUnreadable("has shape [4294967296, 4294967296], expected 1 to 16777216 elements");
  }

  @Test
  void shouldRejectStridesOfTheWrongRank() {
    view(0, List.of(2L, 3L), List.of(1L));

    assertUnreadable("tensor t of shape [2, 3] has the offset 0 and the strides [1]");
  }

  @Test
  void shouldRejectBigEndianData() {
    torch.record("byteorder", "big".getBytes(US_ASCII)).tensor("t", List.of(6L), ONE_TO_SIX);

    assertUnreadable("its byteorder is 'big', expected 'little'");
  }

  @Test
  void shouldAcceptLittleEndianData() throws IOException {
    torch.record("byteorder", "little".getBytes(US_ASCII)).tensor("t", List.of(6L), ONE_TO_SIX);

    assertThat(open().read("t")).hasSize(6);
  }

  @Test
  void shouldRejectCompressedEntries() {
    torch.compressed().tensor("t", List.of(6L), ONE_TO_SIX);

    assertUnreadable("its zip entry archive/data.pkl is compressed or encrypted");
  }

  @Test
  void shouldRejectEncryptedEntries() throws IOException {
    // The flags of an entry in the directory, of which bit 0 means encrypted.
    byte[] zip = torch.tensor("t", List.of(6L), ONE_TO_SIX).zip();
    byte[] encrypted = new String(zip, ISO_8859_1)
        .replaceAll("(?s)(PK\u0001\u0002....).", "$1\u0001")
        .getBytes(ISO_8859_1);

    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(encrypted))
        .withMessageContaining("its zip entry archive/data.pkl is compressed or encrypted");
  }

  @Test
  void shouldRejectAZipThatIsNotACheckpoint() {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(zip("data.pkl", "a/b/data.pkl", "a/data.txt")))
        .withMessageStartingWith("it is a zip with 0 entries FOLDER/data.pkl");
  }

  @Test
  void shouldRejectAZipWithTwoPickles() {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(zip("a/data.pkl", "b/data.pkl")))
        .withMessageStartingWith("it is a zip with 2 entries FOLDER/data.pkl");
  }

  @Test
  void shouldRejectAZipWithADuplicateEntry() throws IOException {
    byte[] zip = torch.record("data/0", ONE_TO_SIX).record("data/1", ONE_TO_SIX).zip();
    byte[] twice = new String(zip, ISO_8859_1).replace("data/1", "data/0").getBytes(ISO_8859_1);

    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(twice))
        .withMessage("its zip has the entry archive/data/0 twice");
  }

  @Test
  void shouldRejectAnEndlessDirectory() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (int i = 0; i < 300; i++) {
        ZipEntry entry = new ZipEntry("a/" + i);
        entry.setComment("-".repeat(60_000));
        zip.putNextEntry(entry);
      }
    }

    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(bytes.toByteArray()))
        .withMessageContaining("its zip directory cannot be read")
        .withMessageContaining("more than 4194304 bytes would have to be read");
  }

  @Test
  void shouldRejectAPickleThatIsNotAStateDict() {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open(torch.zip(Pickle.begin().integer(1).end().array())))
        .withMessage("its pickle is not a state dict");
  }

  private void view(long offset, List<Long> shape, List<Long> strides) {
    torch.record("data/0", ONE_TO_SIX);
    torch.view("t", new Storage("FloatStorage", "0", 6), offset, shape, strides);
  }

  private TorchZipFile open() throws IOException {
    return open(torch.zip());
  }

  private static TorchZipFile open(byte[] zip) throws IOException {
    return TorchZipFile.open(new CheckpointChannel(new SeekableInMemoryByteChannel(zip)));
  }

  private static byte[] zip(String... names) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (String name : names) {
        zip.putNextEntry(new ZipEntry(name));
      }
    }
    return bytes.toByteArray();
  }

  private static byte[] float32(float... values) {
    return new TestTensors.Tensor(List.of((long) values.length), values).float32();
  }

  private void assertUnreadable(String message) {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> open().read("t"))
        .withMessageContaining(message);
  }
}
