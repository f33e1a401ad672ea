package io.promptstream.application.promptfile;

import io.promptstream.intake.IntakeException;
import io.promptstream.intake.JsonField;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads mask logits from a NumPy file, the usual form of SAM's {@code low_res_logits}: [height,
 * width] or [1, height, width], float32 or float16, little-endian, in C order.
 *
 * <p>The format is that of {@code numpy.lib.format}, versions 1 to 3.
 */
final class NpyMask {
  /** Far above the 256 KiB of real logits; a larger file is not a mask. */
  private static final long LARGEST_FILE = 64L << 20;

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final Pattern DESCR = Pattern.compile("'descr': *'([^']*)'");
  private static final Pattern ORDER = Pattern.compile("'fortran_order': *(True|False)");
  private static final Pattern SHAPE =
      Pattern.compile("'shape': *\\((?:1, *)?([0-9]{1,8}), *([0-9]{1,8}),?\\)");

  private final JsonField field;
  private final Path file;

  private NpyMask(JsonField field, Path file) {
    this.field = field;
    this.file = file;
  }

  /**
   * Reads the file that a field names.
   *
   * @param prompts the file of prompts, which the name is relative to
   */
  static LogitsMask read(JsonField field, Path prompts) {
    try {
      return new NpyMask(field, prompts.resolveSibling(field.text())).read();
    } catch (InvalidPathException e) {
      throw field.refused("a path, or an object");
    }
  }

  private LogitsMask read() {
    if (!Files.isRegularFile(file)) {
      throw invalid("is not a file");
    }
    try {
      if (Files.size(file) > LARGEST_FILE) {
        throw invalid("has %d bytes, too many for a mask".formatted(Files.size(file)));
      }
      return parse(ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN));
    } catch (BufferUnderflowException e) {
      throw invalid("ends within its header");
    } catch (IOException e) {
      throw invalid("cannot be read: " + e.getMessage());
    }
  }

  private LogitsMask parse(ByteBuffer bytes) {
    byte[] magic = new byte[MAGIC.length];
    bytes.get(magic);
    if (!Arrays.equals(magic, MAGIC)) {
      throw invalid("is not a NumPy file");
    }
    String header = header(bytes);
    DataType dataType = dataType(find(DESCR, header).group(1));
    if (find(ORDER, header).group(1).equals("True")) {
      throw invalid("is in Fortran order; save it with numpy.ascontiguousarray");
    }
    Matcher shape = find(SHAPE, header);
    int height = Integer.parseInt(shape.group(1));
    int width = Integer.parseInt(shape.group(2));
    long expected = (long) height * width * bytesOf(dataType);
    if (bytes.remaining() != expected) {
      throw invalid("has %d bytes of data, but %d by %d of %s are %d"
          .formatted(bytes.remaining(), height, width, dataType, expected));
    }
    return new LogitsMask(dataType, height, width, bytes.slice());
  }

  private String header(ByteBuffer bytes) {
    int version = bytes.get();
    bytes.get();
    if (version < 1 || version > 3) {
      throw invalid("is of version %d; supported are 1 to 3".formatted(version));
    }
    long length = version == 1
        ? Short.toUnsignedLong(bytes.getShort())
        : Integer.toUnsignedLong(bytes.getInt());
    if (length > bytes.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] header = new byte[(int) length];
    bytes.get(header);
    return new String(header, StandardCharsets.UTF_8);
  }

  private DataType dataType(String descr) {
    return switch (descr) {
      case "<f4" -> DataType.FLOAT32;
      case "<f2" -> DataType.FLOAT16;
      default ->
        throw invalid("has elements of type %s; supported are <f4 and <f2".formatted(descr));
    };
  }

  private static int bytesOf(DataType dataType) {
    return dataType == DataType.FLOAT32 ? 4 : 2;
  }

  private Matcher find(Pattern pattern, String header) {
    Matcher matcher = pattern.matcher(header);
    if (!matcher.find()) {
      throw invalid("is not an array of [height, width] or [1, height, width]: " + header.strip());
    }
    return matcher;
  }

  private IntakeException invalid(String why) {
    return field.unsupported("%s %s".formatted(file, why));
  }
}
