package io.promptstream.application.promptfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NpyMaskTest {
  @TempDir
  private Path directory;

  private static String header(String descr, String shape) {
    return "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n".formatted(descr, shape);
  }

  private static byte[] npy(int version, String header, byte... data) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    int lengthBytes = version == 1 ? 2 : 4;
    ByteBuffer file = ByteBuffer.allocate(8 + lengthBytes + text.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
    if (version == 1) {
      file.putShort((short) text.length);
    } else {
      file.putInt(text.length);
    }
    return file.put(text).put(data).array();
  }

  private LogitsMask read(byte[] content) throws IOException {
    return read(Files.write(directory.resolve("mask.npy"), content));
  }

  private static LogitsMask read(Path file) {
    JsonField name = JsonField.at("/mask", new TextNode(file.getFileName().toString()));
    return NpyMask.read(name, file.resolveSibling("prompts.jsonl"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void shouldReadEveryVersion(int version) throws IOException {
    byte[] data = {1, 2, 3, 4, 5, 6, 7, 8};

    assertThat(read(npy(version, header("<f4", "(1, 2)"), data)))
        .isEqualTo(new LogitsMask(DataType.FLOAT32, 1, 2, ByteBuffer.wrap(data)));
  }

  @Test
  void shouldDropALeadingDimensionOfOne() throws IOException {
    byte[] data = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

    assertThat(read(npy(1, header("<f2", "(1, 2, 3)"), data)))
        .isEqualTo(new LogitsMask(DataType.FLOAT16, 2, 3, ByteBuffer.wrap(data)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ">f4; (1, 2); elements of type >f4",
        "<f8; (1, 1); elements of type <f8",
        "|b1; (2, 4); elements of type |b1",
        "<f4; (2,); is not an array of [height, width]",
        "<f4; (); is not an array of [height, width]",
        "<f4; (3, 1, 2); is not an array of [height, width]",
        "<f4; (-1, 2); is not an array of [height, width]",
        "<f4; (999999999, 2); is not an array of [height, width]",
        "<f4; (99999999, 99999999); has 8 bytes of data",
        "<f4; (2, 2); has 8 bytes of data, but 2 by 2 of FLOAT32 are 16",
        "<f4; (1, 1); has 8 bytes of data"
      },
      ignoreLeadingAndTrailingWhitespace = true,
      maxCharsPerColumn = 200)
  void shouldRejectAHeaderThatIsNotOfAMask(String descr, String shape, String why) {
    assertThatThrownBy(() -> read(npy(1, header(descr, shape), new byte[8])))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("mask.npy")
        .hasMessageContaining(why);
  }

  @Test
  void shouldRejectFortranOrder() {
    String header = "{'descr': '<f4', 'fortran_order': True, 'shape': (1, 2)}";

    assertThatThrownBy(() -> read(npy(1, header, new byte[8])))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("Fortran order");
  }

  @Test
  void shouldRejectAnUnknownVersion() {
    assertThatThrownBy(() -> read(npy(9, header("<f4", "(1, 2)"), new byte[8])))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("is of version 9");
  }

  @Test
  void shouldRejectAFileThatEndsAnywhereInItsHeader() {
    byte[] whole = npy(2, header("<f4", "(1, 2)"));
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> read(cut))
          .as("%d bytes", length)
          .isInstanceOf(IntakeException.class)
          .hasMessageContaining("ends within its header");
    }
  }

  @Test
  void shouldRejectAHeaderLongerThanTheFile() {
    byte[] content = npy(2, header("<f4", "(1, 2)"), new byte[8]);
    ByteBuffer.wrap(content).putInt(8, -1);

    assertThatThrownBy(() -> read(content))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("ends within its header");
  }

  @Test
  void shouldRejectAHugeFileWithoutReadingIt() throws IOException {
    Path file = directory.resolve("huge.npy");
    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
      sparse.setLength(1L << 40);
    }

    assertThatThrownBy(() -> read(file))
        .isInstanceOf(IntakeException.class)
        .hasMessageContaining("has 1099511627776 bytes, too many for a mask");
  }
}
