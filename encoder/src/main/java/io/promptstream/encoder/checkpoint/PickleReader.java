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
import java.util.ArrayList;
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

  /** Values, with {@link Opaque#MARK} below each group that is not complete. */
  private final List<PickleValue> stack = new ArrayList<>();

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
        return pop();
      }
      execute(opcode);
    }
    throw new MalformedCheckpointException(
        "its pickle has more than %d opcodes".formatted(MAX_OPCODES));
  }

  private void execute(char opcode) throws MalformedCheckpointException {
    switch (opcode) {
      case 0x80 -> requireProtocol(unsignedByte());
      case '(' -> stack.add(Opaque.MARK);
      case '0' -> pop();
      case 'N' -> stack.add(Opaque.NONE);
      case 0x88, 0x89 -> stack.add(Opaque.BOOLEAN);
      case 'G' -> {
        pickle.getDouble();
        stack.add(Opaque.FLOAT);
      }
      case 'J' -> stack.add(new Int(pickle.getInt()));
      case 'K' -> stack.add(new Int(unsignedByte()));
      case 'M' -> stack.add(new Int(Short.toUnsignedInt(pickle.getShort())));
      case 0x8a -> stack.add(longInteger());
      case 'X' -> stack.add(new Text(text()));
      case 'c' -> stack.add(PickleGlobals.named(line(), line()));
      case 'q' -> memo.put(unsignedByte(), peek());
      case 'r' -> memo.put(pickle.getInt(), peek());
      case 'h' -> stack.add(memo(unsignedByte()));
      case 'j' -> stack.add(memo(pickle.getInt()));
      case 'Q' -> stack.add(PickleGlobals.storage(pop()));
      case 'R', 0x81 -> reduce();
      case 'b' -> build();
      default -> executeOnContainer(opcode);
    }
  }

  private void executeOnContainer(char opcode) throws MalformedCheckpointException {
    switch (opcode) {
      case '}' -> stack.add(new Dict(new HashMap<>()));
      case ']' -> stack.add(Opaque.LIST);
      case ')' -> stack.add(new Tuple(List.of()));
      case 't' -> stack.add(new Tuple(popToMark()));
      case 0x85, 0x86, 0x87 -> stack.add(new Tuple(pop(opcode - 0x84)));
      case 'a' -> append(pop(1));
      case 'e' -> append(popToMark());
      case 's' -> setItems(pop(2));
      case 'u' -> setItems(popToMark());
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
    PickleValue arguments = pop();
    PickleValue callee = pop();
    if (!(arguments instanceof Tuple tuple)) {
      throw new MalformedCheckpointException("its pickle calls something without arguments");
    }
    stack.add(PickleGlobals.call(callee, tuple));
  }

  /**
   * Opcode {@code BUILD}. For a state dict, it sets {@code _metadata}, the versions of its modules.
   */
  private void build() throws MalformedCheckpointException {
    pop();
    if (!(peek() instanceof Dict) && peek() != Opaque.EXTRA) {
      throw new MalformedCheckpointException("its pickle sets attributes of a non-dict");
    }
  }

  private void append(List<PickleValue> values) throws MalformedCheckpointException {
    if (peek() != Opaque.LIST && peek() != Opaque.EXTRA) {
      throw new MalformedCheckpointException(
          "its pickle appends %d values to a non-list".formatted(values.size()));
    }
  }

  private void setItems(List<PickleValue> keysAndValues) throws MalformedCheckpointException {
    if (peek() == Opaque.EXTRA) {
      return;
    }
    if (!(peek() instanceof Dict dict) || keysAndValues.size() % 2 != 0) {
      throw new MalformedCheckpointException("its pickle sets items of a non-dict");
    }
    for (int i = 0; i < keysAndValues.size(); i += 2) {
      if (keysAndValues.get(i) instanceof Text key) {
        dict.entries().put(key.value(), keysAndValues.get(i + 1));
      }
    }
  }

  private PickleValue peek() throws MalformedCheckpointException {
    requireValues(1);
    return stack.get(stack.size() - 1);
  }

  private PickleValue pop() throws MalformedCheckpointException {
    requireValues(1);
    return stack.remove(stack.size() - 1);
  }

  /** Pops the topmost values and returns them in the order in which they were pushed. */
  private List<PickleValue> pop(int count) throws MalformedCheckpointException {
    requireValues(count);
    return popFrom(stack.size() - count);
  }

  /** Pops all values above the topmost mark, and the mark. */
  private List<PickleValue> popToMark() throws MalformedCheckpointException {
    int mark = stack.lastIndexOf(Opaque.MARK);
    if (mark < 0) {
      throw new MalformedCheckpointException("its pickle ends a group that it has not begun");
    }
    List<PickleValue> popped = popFrom(mark + 1);
    stack.remove(mark);
    return popped;
  }

  private List<PickleValue> popFrom(int start) {
    List<PickleValue> top = stack.subList(start, stack.size());
    List<PickleValue> popped = List.copyOf(top);
    top.clear();
    return popped;
  }

  /** Requires values above the topmost mark. */
  private void requireValues(int count) throws MalformedCheckpointException {
    for (int i = 1; i <= count; i++) {
      if (i > stack.size() || stack.get(stack.size() - i) == Opaque.MARK) {
        throw new MalformedCheckpointException("its pickle takes more values than it has given");
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
