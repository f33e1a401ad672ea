package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.checkpoint.PickleValue.Dict;
import io.promptstream.encoder.checkpoint.PickleValue.Int;
import io.promptstream.encoder.checkpoint.PickleValue.Opaque;
import io.promptstream.encoder.checkpoint.PickleValue.Text;
import io.promptstream.encoder.checkpoint.PickleValue.Tuple;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Interprets the pickle of a state dict: only the opcodes of protocol 2 that {@code torch.save}
 * writes, and those that PyTorch's own {@code weights_only} reader knows.
 *
 * <p>A general pickle library would be unsafe for untrusted files. The one for Java looks up names
 * in a registry that any code can add to, calls methods of the results by reflection, and allocates
 * as many bytes as a length field claims. This reader accepts only the names in
 * {@link PickleGlobals}, checks every length against the file, bounds time and memory by the number
 * of opcodes, and does not recurse, so that deep nesting or a dict that contains itself is
 * harmless.
 *
 * <p>Sources: CPython's {@code Lib/pickletools.py}, {@code torch/_weights_only_unpickler.py}.
 */
final class PickleReader {
  private static final int MAX_OPCODES = 2_000_000;
  private static final int PROTOCOL = 2;
  private static final int MAX_NAME = 256;

  private final ByteBuffer pickle;
  private final PickleStack stack = new PickleStack();
  private final Map<Integer, PickleValue> memo = new HashMap<>();

  private PickleReader(ByteBuffer pickle) {
    this.pickle = pickle;
  }

  /**
   * Returns the pickled value.
   *
   * @param pickle the bytes, in little-endian order
   */
  static PickleValue read(ByteBuffer pickle) throws MalformedCheckpointException {
    try {
      return new PickleReader(pickle).read();
    } catch (BufferUnderflowException e) {
      throw new MalformedCheckpointException("its pickle ends too early", e);
    }
  }

  private PickleValue read() throws MalformedCheckpointException {
    for (int opcodes = 0; opcodes < MAX_OPCODES; opcodes++) {
      char opcode = (char) (pickle.get() & 0xff);
      if (opcode == '.') {
        return stack.pop();
      }
      execute(opcode);
    }
    throw new MalformedCheckpointException(
        "its pickle has more than %d opcodes".formatted(MAX_OPCODES));
  }

  private void execute(char opcode) throws MalformedCheckpointException {
    switch (opcode) {
      case 0x80 -> requireProtocol(unsignedByte());
      case '(' -> stack.mark();
      case '0' -> stack.pop();
      case 'N' -> stack.push(Opaque.NONE);
      case 0x88, 0x89 -> stack.push(Opaque.BOOLEAN);
      case 'G' -> {
        pickle.getDouble();
        stack.push(Opaque.FLOAT);
      }
      case 'J' -> stack.push(new Int(pickle.getInt()));
      case 'K' -> stack.push(new Int(unsignedByte()));
      case 'M' -> stack.push(new Int(Short.toUnsignedInt(pickle.getShort())));
      case 0x8a -> stack.push(longInteger());
      case 'X' -> stack.push(new Text(text()));
      case 'c' -> stack.push(PickleGlobals.named(line(), line()));
      case 'q' -> memo.put(unsignedByte(), stack.peek());
      case 'r' -> memo.put(pickle.getInt(), stack.peek());
      case 'h' -> stack.push(memo(unsignedByte()));
      case 'j' -> stack.push(memo(pickle.getInt()));
      case 'Q' -> stack.push(PickleGlobals.storage(stack.pop()));
      case 'R', 0x81 -> reduce();
      case 'b' -> build();
      default -> executeOnContainer(opcode);
    }
  }

  private void executeOnContainer(char opcode) throws MalformedCheckpointException {
    switch (opcode) {
      case '}' -> stack.push(new Dict(new HashMap<>()));
      case ']' -> stack.push(Opaque.LIST);
      case ')' -> stack.push(new Tuple(List.of()));
      case 't' -> stack.push(new Tuple(stack.popToMark()));
      case 0x85, 0x86, 0x87 -> stack.push(new Tuple(stack.pop(opcode - 0x84)));
      case 'a' -> append(stack.pop(1));
      case 'e' -> append(stack.popToMark());
      case 's' -> setItems(stack.pop(2));
      case 'u' -> setItems(stack.popToMark());
      default ->
        throw new MalformedCheckpointException(
            "its pickle has the opcode 0x%02x at byte %d, which torch.save does not write"
                .formatted((int) opcode, pickle.position() - 1));
    }
  }

  private static void requireProtocol(int protocol) throws MalformedCheckpointException {
    if (protocol != PROTOCOL) {
      throw new MalformedCheckpointException(
          "its pickle has protocol %d, expected %d".formatted(protocol, PROTOCOL));
    }
  }

  /**
   * Opcodes {@code REDUCE} and {@code NEWOBJ}, which differ only in the objects that they can call.
   */
  private void reduce() throws MalformedCheckpointException {
    PickleValue arguments = stack.pop();
    PickleValue callee = stack.pop();
    if (!(arguments instanceof Tuple tuple)) {
      throw new MalformedCheckpointException("its pickle calls something without arguments");
    }
    stack.push(PickleGlobals.call(callee, tuple));
  }

  /**
   * Opcode {@code BUILD}. For a state dict, it sets {@code _metadata}, the versions of its modules.
   */
  private void build() throws MalformedCheckpointException {
    stack.pop();
    if (!(stack.peek() instanceof Dict) && stack.peek() != Opaque.EXTRA) {
      throw new MalformedCheckpointException("its pickle sets attributes of a non-dict");
    }
  }

  private void append(List<PickleValue> values) throws MalformedCheckpointException {
    if (stack.peek() != Opaque.LIST && stack.peek() != Opaque.EXTRA) {
      throw new MalformedCheckpointException(
          "its pickle appends %d values to a non-list".formatted(values.size()));
    }
  }

  private void setItems(List<PickleValue> keysAndValues) throws MalformedCheckpointException {
    if (stack.peek() == Opaque.EXTRA) {
      return;
    }
    if (!(stack.peek() instanceof Dict dict) || keysAndValues.size() % 2 != 0) {
      throw new MalformedCheckpointException("its pickle sets items of a non-dict");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      if (keysAndValues.get(i) instanceof Text key) {
        dict.entries().put(key.value(), keysAndValues.get(i + 1));
      }
    }
  }

  private PickleValue memo(int index) throws MalformedCheckpointException {
    PickleValue value = memo.get(index);
    if (value == null) {
      throw new MalformedCheckpointException(
          "its pickle refers to memo %d, which it has not set".formatted(index));
    }
    return value;
  }

  private int unsignedByte() {
    return Byte.toUnsignedInt(pickle.get());
  }

  /** Little-endian two's complement of 0 to 8 bytes; 0 bytes mean 0. */
  private Int longInteger() throws MalformedCheckpointException {
    int length = unsignedByte();
    if (length > Long.BYTES) {
      throw new MalformedCheckpointException(
          "its pickle has an integer of %d bytes, expected at most 8".formatted(length));
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      value |= (long) unsignedByte() << (Byte.SIZE * i);
    }
    int unused = Long.SIZE - Byte.SIZE * length;
    return new Int(length == 0 ? 0 : value << unused >> unused);
  }

  private String text() throws MalformedCheckpointException {
    long length = Integer.toUnsignedLong(pickle.getInt());
    if (length > pickle.remaining()) {
      throw new MalformedCheckpointException(
          "its pickle has a string of %d bytes, but only %d bytes are left"
              .formatted(length, pickle.remaining()));
    }
    byte[] bytes = new byte[(int) length];
    pickle.get(bytes);
    return new String(bytes, UTF_8);
  }

  private String line() throws MalformedCheckpointException {
    int start = pickle.position();
    while (pickle.get() != '\n') {
      if (pickle.position() - start > MAX_NAME) {
        throw new MalformedCheckpointException(
            "its pickle names something that begins with %s and is longer than %d bytes"
                .formatted(quote(ascii(start, pickle.position())), MAX_NAME));
      }
    }
    return ascii(start, pickle.position() - 1);
  }

  private String ascii(int start, int end) {
    return UTF_8.decode(pickle.duplicate().limit(end).position(start)).toString();
  }
}
