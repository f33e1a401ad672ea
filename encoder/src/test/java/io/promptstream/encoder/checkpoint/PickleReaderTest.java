package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.checkpoint.PickleValue.Dict;
import io.promptstream.encoder.checkpoint.PickleValue.Int;
import io.promptstream.encoder.checkpoint.PickleValue.Text;
import io.promptstream.encoder.checkpoint.PickleValue.Tuple;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PickleReaderTest {
  private final Pickle pickle = Pickle.begin();

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "builtins, getattr",
    "__builtin__, exec",
    "subprocess, Popen",
    "numpy, load",
    "numpy.core.multiarray, fromfile",
    "argparse, FileType",
    "_codecs, decode",
    "copy_reg, __newobj__",
    "torch, load",
    "torch, hub",
    "torch.nn.modules.linear, Linear",
    "torch._utils, _rebuild_tensor_v3",
    "decimal, Decimal",
    "collections, namedtuple",
    "torch.FloatStorage, x",
    "'', os.system"
  })
  void shouldRejectNamesThatAStateDictDoesNotNeed(String module, String name) {
    pickle.global(module, name).opcodes("(").text("touch /tmp/owned").opcodes("tR");

    assertRejected("its pickle names %s.%s, which a checkpoint does not need; it is rejected"
        .formatted(module, name));
  }

  @Test
  void shouldShowARejectedNameOnOneLine() {
    pickle.global("os\r\u001b[2J", "system");

    assertRejected("its pickle names os??[2J.system, which");
  }

  @Test
  void shouldRejectAnEndlessName() {
    pickle.opcodes("c" + "a".repeat(1000));

    assertRejected("is longer than 256 bytes");
  }

  @ParameterizedTest
  @CsvSource({"J, ffffffff, -1", "K, ff, 255", "M, ffff, 65535"})
  void shouldReadIntegers(char opcode, String hex, long value) throws Exception {
    pickle.opcode(opcode);
    for (byte b : HexFormat.of().parseHex(hex)) {
      pickle.opcode(b);
    }

    assertThat(read()).isEqualTo(new Int(value));
  }

  @ParameterizedTest
  @CsvSource({
    "00, 0",
    "01ff, -1",
    "0200ff, -256",
    "0300ff00, 65280",
    "08ffffffffffffff7f, 9223372036854775807"
  })
  void shouldReadLongIntegers(String hex, long value) throws Exception {
    pickle.opcode(0x8a);
    for (byte b : HexFormat.of().parseHex(hex)) {
      pickle.opcode(b);
    }

    assertThat(read()).isEqualTo(new Int(value));
  }

  @Test
  void shouldRejectAnIntegerOfMoreThan64Bits() {
    pickle.opcode(0x8a).opcode(9).opcodes("123456789");

    assertRejected("an integer of 9 bytes, expected at most 8");
  }

  @Test
  void shouldReadMemoizedValues() throws Exception {
    pickle.text("a").opcodes("q\7").text("b").opcode('r').int32(70_000);
    pickle.opcodes("00h\7").opcode('j').int32(70_000).opcode(0x86);

    assertThat(read()).isEqualTo(new Tuple(List.of(new Text("a"), new Text("b"))));
  }

  @Test
  void shouldReadADictThatContainsItself() throws Exception {
    pickle.opcodes("}q\0").text("self").opcodes("h\0s");

    assertThat(read())
        .isInstanceOfSatisfying(
            Dict.class, dict -> assertThat(dict.entries().get("self")).isSameAs(dict));
  }

  @Test
  void shouldIgnoreTheMetadataOfAStateDict() throws Exception {
    pickle.global("collections", "OrderedDict").opcodes(")R}").text("_metadata").opcodes("}sb");

    assertThat(read())
        .isInstanceOfSatisfying(Dict.class, dict -> assertThat(dict.entries()).isEmpty());
  }

  @ParameterizedTest
  @ValueSource(chars = {'(', ')', ']', '}'})
  void shouldReadDeepNesting(char opener) throws Exception {
    for (int i = 0; i < 900_000; i++) {
      pickle.opcode(opener);
    }
    pickle.text("top");

    assertThat(read()).isEqualTo(new Text("top"));
  }

  @Test
  void shouldReadTuplesInTuples() throws Exception {
    pickle.opcode(')');
    for (int i = 0; i < 900_000; i++) {
      pickle.opcode(0x85);
    }

    assertThat(read()).isInstanceOf(Tuple.class);
  }

  @Test
  void shouldRejectTooManyOpcodes() {
    pickle.opcodes("N0".repeat(1_000_001));

    assertRejected("its pickle has more than 2000000 opcodes");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, Integer.MAX_VALUE, -1, Integer.MIN_VALUE})
  void shouldRejectAStringLongerThanThePickle(int length) {
    pickle.opcode('X').int32(length).opcodes("short");

    assertRejected("its pickle has a string of %d bytes, but only 6 bytes are left"
        .formatted(Integer.toUnsignedLong(length)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cargparse;Namespace;)\u0081}b",
        "ccollections;Counter;}\u0085R",
        "ccollections;deque;)RNa",
        "cnumpy;dtype;)RNb",
        "c__builtin__;set;]\u0085R",
        "ccollections;defaultdict;c__builtin__;list;\u0085R(K!K!u"
      })
  void shouldReplaceTrainingDataWithAnExtra(String opcodes) throws Exception {
    pickle.opcodes(opcodes.replace(';', '\n'));

    assertThat(read()).isEqualTo(PickleValue.Opaque.EXTRA);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "i | has the opcode 0x69 at byte 2, which torch.save does not write",
        "o | has the opcode 0x6f at byte 2",
        "P | has the opcode 0x50 at byte 2",
        "h9 | refers to memo 57, which it has not set",
        "t | ends a group that it has not begun",
        "0 | takes more values than it has given",
        "(q1 | takes more values than it has given",
        "N(0 | takes more values than it has given",
        "NNR | calls something without arguments",
        "N)R | calls a non-callable value with arguments that torch.save does not write",
        "NQ | has a persistent id that is not",
        "NNb | sets attributes of a non-dict",
        "NNa | appends 1 values to a non-list",
        "NNNs | sets items of a non-dict",
        "}(Nu | sets items of a non-dict",
      })
  void shouldRejectInvalidOpcodes(String opcodes, String message) {
    pickle.opcodes(opcodes);

    assertRejected("its pickle " + message);
  }

  @Test
  void shouldRejectAnotherProtocol() {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> PickleReader.read(ByteBuffer.wrap(new byte[] {(byte) 0x80, 4, '.'})))
        .withMessage("its pickle has protocol 4, expected 2");
  }

  @Test
  void shouldRejectATensorOfTooManyDimensions() {
    pickle.tensor(
        new TorchZipBuilder.Storage("FloatStorage", "0", 1),
        0,
        Collections.nCopies(65, 1L),
        Collections.nCopies(65, 1L));

    assertRejected("its pickle has a tensor of 65 dimensions, expected at most 64");
  }

  @Test
  void shouldRejectAPickleThatEndsTooEarly() {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(() -> PickleReader.read(ByteBuffer.wrap(new byte[] {'J', 1, 2})))
        .withMessage("its pickle ends too early");
  }

  private PickleValue read() throws MalformedCheckpointException {
    return PickleReader.read(pickle.end());
  }

  private void assertRejected(String message) {
    assertThatExceptionOfType(MalformedCheckpointException.class)
        .isThrownBy(this::read)
        .withMessageContaining(message);
  }
}
