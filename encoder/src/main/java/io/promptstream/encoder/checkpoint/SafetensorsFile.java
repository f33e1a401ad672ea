package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint in the safetensors format: the length of the header in eight bytes, the header in
 * JSON, and the tensors' elements. All numbers are little-endian.
 *
 * <p>Source: <a href="https://github.com/huggingface/safetensors#format">safetensors format</a>.
 */
final class SafetensorsFile implements TensorSource {
  static final int LENGTH_BYTES = Long.BYTES;
  private static final long MAX_HEADER = 16 << 20;

  private final CheckpointChannel file;
  private final long dataStart;
  private final SafetensorsHeader header;

  private SafetensorsFile(CheckpointChannel file, long dataStart, SafetensorsHeader header) {
    this.file = file;
    this.dataStart = dataStart;
    this.header = header;
  }

  static SafetensorsFile open(CheckpointChannel file) throws IOException {
    long length =
        file.read(0, LENGTH_BYTES, "the length of the safetensors header").getLong();
    if (length < 0 || length > Math.min(MAX_HEADER, file.size() - LENGTH_BYTES)) {
      throw new MalformedCheckpointException(
          "its safetensors header claims to be %s bytes long, expected at most %d in a file of %d bytes"
              .formatted(Long.toUnsignedString(length), MAX_HEADER, file.size()));
    }
    long dataStart = LENGTH_BYTES + length;
    byte[] header = file.readBytes(LENGTH_BYTES, (int) length, "the safetensors header");
    return new SafetensorsFile(
        file, dataStart, SafetensorsHeader.parse(header, file.size() - dataStart));
  }

  @Override
  public Set<String> names() {
    return header.entries().keySet();
  }

  @Override
  public List<Long> shape(String name) {
    return entry(name).shape();
  }

  @Override
  public String elementType(String name) {
    return quote(entry(name).dtype());
  }

  /** Returns the strings of the file's {@code __metadata__}. */
  Map<String, String> metadata() {
    return header.metadata();
  }

  @Override
  public float[] read(String name) throws IOException {
    SafetensorsHeader.Entry entry = entry(name);
    ElementType type = ElementType.ofSafetensors(entry.dtype())
        .orElseThrow(() -> new MalformedCheckpointException(
            "tensor %s has the element type %s, expected F32, F16 or BF16"
                .formatted(name, quote(entry.dtype()))));
    long bytes = (long) TensorView.elements(name, entry.shape()) * type.bytes();
    if (bytes != entry.end() - entry.begin()) {
      throw new MalformedCheckpointException(
          "tensor %s of shape %s and type %s takes %d bytes, but its data_offsets [%d, %d] hold %d"
              .formatted(
                  name,
                  entry.shape(),
                  entry.dtype(),
                  bytes,
                  entry.begin(),
                  entry.end(),
                  entry.end() - entry.begin()));
    }
    ByteBuffer data = file.read(dataStart + entry.begin(), (int) bytes, "tensor " + name);
    return type.widen(data);
  }

  private SafetensorsHeader.Entry entry(String name) {
    return requireNonNull(header.entries().get(name), name);
  }
}
