package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Writes pickles like those of {@code torch.save}, and invalid ones. */
final class Pickle {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** Begins a pickle of protocol 2. */
  static Pickle begin() {
    return new Pickle().opcode(0x80).opcode(2);
  }

  Pickle opcode(int opcode) {
    out.write(opcode);
    return this;
  }

  Pickle opcodes(String opcodes) {
    opcodes.chars().forEach(out::write);
    return this;
  }

  Pickle text(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    opcode('X').int32(bytes.length);
    out.writeBytes(bytes);
    return this;
  }

  Pickle integer(long value) {
    opcode(0x8a).opcode(Long.BYTES);
    out.writeBytes(ByteBuffer.allocate(Long.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(value)
        .array());
    return this;
  }

  Pickle int32(int value) {
    out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(value)
        .array());
    return this;
  }

  Pickle global(String module, String name) {
    return opcodes("c" + module + "\n" + name + "\n");
  }

  Pickle integers(List<Long> values) {
    opcode('(');
    values.forEach(this::integer);
    return opcode('t');
  }

  /** Adds a view of a storage of the zip. */
  Pickle tensor(
      TorchZipBuilder.Storage storage, long offset, List<Long> shape, List<Long> strides) {
    global("torch._utils", "_rebuild_tensor_v2").opcodes("((").text("storage");
    global("torch", storage.type()).text(storage.key()).text("cpu").integer(storage.elements());
    opcodes("tQ").integer(offset).integers(shape).integers(strides);
    return opcode(0x89).global("collections", "OrderedDict").opcodes(")RtR");
  }

  /** Adds a value that is already pickled. */
  Pickle raw(byte[] value) {
    out.writeBytes(value);
    return this;
  }

  /** Returns the bytes written so far, for {@link #raw}. */
  byte[] bytes() {
    return out.toByteArray();
  }

  /** Ends the pickle. */
  ByteBuffer end() {
    opcode('.');
    return ByteBuffer.wrap(out.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
  }
}
