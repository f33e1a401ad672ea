package io.promptstream.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * A binary decoder whose work is bounded by the size of its input, for any counts and lengths that
 * the input claims and any schema that it was written with. It accepts only UTF-8 strings.
 *
 * <p>Each item of an array and each entry of a map has at least one byte, so all collections of a
 * datum together cannot have more items than the datum has bytes. Items without bytes (such as
 * those of type null) are the exception and are rejected beyond this limit: a few bytes could claim
 * billions of them, and reading or skipping them would take minutes.
 *
 * <p>The number of arrays is limited too, because an empty array has one byte, but is an object of
 * many bytes.
 */
final class BoundedDecoder extends Decoder {
  /** Less than the 26 bytes of the smallest ring of a polygon, with float coordinates. */
  private static final int BYTES_PER_ARRAY = 16;

  /** The arrays of a record, which may be empty. */
  private static final int FREE_ARRAYS = 4;

  /** The character that Java substitutes for invalid UTF-8. */
  private static final char REPLACEMENT = '\ufffd';

  private final BinaryDecoder in;
  private final Utf8 scratch = new Utf8();
  private final int maxArrays;
  private long itemsLeft;
  private int arrays;

  BoundedDecoder(BinaryDecoder in) {
    this.in = in;
    this.itemsLeft = in.remainingBytes();
    this.maxArrays = in.remainingBytes() / BYTES_PER_ARRAY + FREE_ARRAYS;
  }

  /**
   * Returns −1, which means unknown to Avro. Avro would compare the remaining bytes with the size
   * that an array's items have in the reader's schema, not in the writer's, and would reject valid
   * data with smaller items, such as float coordinates or items from before a field was added.
   */
  @Override
  public int remainingBytes() {
    return -1;
  }

  @Override
  public long readArrayStart() throws IOException {
    arrays++;
    if (arrays > maxArrays) {
      throw new AvroRuntimeException(
          "there are more than %d arrays, too many for the data".formatted(maxArrays));
    }
    return claim(in.readArrayStart());
  }

  @Override
  public long arrayNext() throws IOException {
    return claim(in.arrayNext());
  }

  @Override
  public long skipArray() throws IOException {
    return claim(in.skipArray());
  }

  @Override
  public long readMapStart() throws IOException {
    return claim(in.readMapStart());
  }

  @Override
  public long mapNext() throws IOException {
    return claim(in.mapNext());
  }

  @Override
  public long skipMap() throws IOException {
    return claim(in.skipMap());
  }

  private long claim(long items) {
    if (items < 0 || items > itemsLeft) {
      throw new AvroRuntimeException(
          "a collection claims %d items, more than the data can hold".formatted(items));
    }
    itemsLeft -= items;
    return items;
  }

  // When it skips, Avro's own decoder treats a negative length as an empty string or byte sequence.
  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public void skipBytes() throws IOException {
    long length = in.readLong();
    if (length < 0) {
      throw new AvroRuntimeException("length is negative: " + length);
    }
    if (length > in.remainingBytes()) {
      throw new EOFException();
    }
    in.skipFixed((int) length);
  }

  @Override
  public void readNull() throws IOException {
    in.readNull();
  }

  @Override
  public boolean readBoolean() throws IOException {
    return in.readBoolean();
  }

  @Override
  public int readInt() throws IOException {
    return in.readInt();
  }

  @Override
  public long readLong() throws IOException {
    return in.readLong();
  }

  @Override
  public float readFloat() throws IOException {
    return in.readFloat();
  }

  @Override
  public double readDouble() throws IOException {
    return in.readDouble();
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    Utf8 text = in.readString(old);
    requireUtf8(text, text.toString());
    return text;
  }

  @Override
  public String readString() throws IOException {
    Utf8 text = in.readString(scratch);
    String string = text.toString();
    requireUtf8(text, string);
    return string;
  }

  /**
   * Rejects invalid UTF-8, for which Java substitutes a replacement character: a changed id could
   * equal that of another prompt.
   */
  private static void requireUtf8(Utf8 text, String string) {
    if (string.indexOf(REPLACEMENT) >= 0) {
      // The input may contain the replacement character itself.
      try {
        UTF_8.newDecoder().decode(ByteBuffer.wrap(text.getBytes(), 0, text.getByteLength()));
      } catch (CharacterCodingException e) {
        throw new AvroRuntimeException("a string is not UTF-8", e);
      }
    }
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    return in.readBytes(old);
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    in.readFixed(bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    in.skipFixed(length);
  }

  @Override
  public int readEnum() throws IOException {
    return in.readEnum();
  }

  @Override
  public int readIndex() throws IOException {
    return in.readIndex();
  }
}
