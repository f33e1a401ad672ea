package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;

import io.promptstream.encoder.checkpoint.PickleValue.Callable;
import io.promptstream.encoder.checkpoint.PickleValue.Dict;
import io.promptstream.encoder.checkpoint.PickleValue.Int;
import io.promptstream.encoder.checkpoint.PickleValue.Opaque;
import io.promptstream.encoder.checkpoint.PickleValue.Storage;
import io.promptstream.encoder.checkpoint.PickleValue.StorageType;
import io.promptstream.encoder.checkpoint.PickleValue.Tensor;
import io.promptstream.encoder.checkpoint.PickleValue.Text;
import io.promptstream.encoder.checkpoint.PickleValue.Tuple;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Resolves and calls the functions and classes that a pickle may name: those that
 * {@code torch.save} writes for a state dict, and {@link #IGNORED}.
 */
final class PickleGlobals {
  /**
   * PyTorch's own limit. It bounds the copies of a tuple that is stored once and used many times.
   */
  private static final int MAX_DIMENSIONS = 64;

  private static final Map<String, Callable> CALLABLES = Map.of(
      "collections.OrderedDict", Callable.ORDERED_DICT,
      "torch._utils._rebuild_tensor_v2", Callable.REBUILD_TENSOR,
      "torch._utils._rebuild_parameter", Callable.REBUILD_PARAMETER,
      "torch.Size", Callable.SIZE);

  /** Includes types that weights cannot have, because other tensors in the checkpoint use them. */
  private static final Set<String> STORAGE_TYPES = Set.of(
      "FloatStorage",
      "HalfStorage",
      "BFloat16Storage",
      "DoubleStorage",
      "LongStorage",
      "IntStorage",
      "ShortStorage",
      "CharStorage",
      "ByteStorage",
      "BoolStorage",
      "ComplexFloatStorage",
      "ComplexDoubleStorage");

  /**
   * Classes and functions of plain data beside the weights. Training scripts save such data:
   * arguments, metrics, the state of optimizers and schedulers. These objects are never created:
   * every call results in {@link Opaque#EXTRA}, regardless of the arguments.
   */
  private static final Set<String> IGNORED = Set.of("""
      __builtin__.bool __builtin__.bytearray __builtin__.complex __builtin__.dict __builtin__.float
      __builtin__.frozenset __builtin__.int __builtin__.list __builtin__.object __builtin__.range
      __builtin__.set __builtin__.slice __builtin__.str __builtin__.tuple
      builtins.bool builtins.bytearray builtins.complex builtins.dict builtins.float
      builtins.frozenset builtins.int builtins.list builtins.object builtins.range
      builtins.set builtins.slice builtins.str builtins.tuple
      _codecs.encode argparse.Namespace
      collections.Counter collections.defaultdict collections.deque
      copy_reg._reconstructor copyreg._reconstructor
      datetime.date datetime.datetime datetime.timedelta datetime.timezone
      numpy.dtype numpy.ndarray
      numpy.core.multiarray.scalar numpy.core.multiarray._reconstruct
      numpy._core.multiarray.scalar numpy._core.multiarray._reconstruct
      omegaconf.base.ContainerMetadata omegaconf.base.Metadata omegaconf.dictconfig.DictConfig
      omegaconf.listconfig.ListConfig omegaconf.nodes.AnyNode
      pathlib.Path pathlib.PosixPath pathlib.PurePosixPath pathlib.WindowsPath
      torch.device torch.bfloat16 torch.bool torch.float16 torch.float32 torch.float64
      torch.int16 torch.int32 torch.int64 torch.int8 torch.uint8
      types.SimpleNamespace typing.Any
      """.strip().split("\\s+"));

  private PickleGlobals() {}

  /**
   * Returns the function, class or storage type that a pickle names.
   *
   * @throws MalformedCheckpointException if the name is not one that a pickle may use
   */
  static PickleValue named(String module, String name) throws MalformedCheckpointException {
    String qualified = module + "." + name;
    Callable callable = CALLABLES.get(qualified);
    if (callable != null) {
      return callable;
    }
    if (module.equals("torch") && STORAGE_TYPES.contains(name)) {
      return new StorageType(name);
    }
    if (IGNORED.contains(qualified)) {
      return Opaque.EXTRA;
    }
    throw new MalformedCheckpointException(
        "its pickle names %s, which a checkpoint does not need; it is rejected"
            .formatted(quote(qualified)));
  }

  /** Calls a function or class that a pickle names: opcode {@code REDUCE}. */
  static PickleValue call(PickleValue callee, Tuple arguments) throws MalformedCheckpointException {
    List<PickleValue> values = arguments.values();
    if (callee == Opaque.EXTRA) {
      return Opaque.EXTRA;
    }
    if (callee == Callable.ORDERED_DICT && values.isEmpty()) {
      return new Dict(new HashMap<>());
    }
    if (callee == Callable.SIZE && values.size() == 1 && values.get(0) instanceof Tuple size) {
      return size;
    }
    if (callee == Callable.REBUILD_PARAMETER
        && !values.isEmpty()
        && values.get(0) instanceof Tensor tensor) {
      return tensor;
    }
    if (callee == Callable.REBUILD_TENSOR
        && values.size() >= 4
        && values.get(0) instanceof Storage storage
        && values.get(1) instanceof Int offset
        && values.get(2) instanceof Tuple shape
        && values.get(3) instanceof Tuple strides) {
      return new Tensor(storage, offset.value(), integers(shape), integers(strides));
    }
    throw new MalformedCheckpointException(
        "its pickle calls %s with arguments that torch.save does not write"
            .formatted(callee instanceof Callable named ? named : "a non-callable value"));
  }

  /** Resolves a persistent id, which is always a storage: opcode {@code BINPERSID}. */
  static Storage storage(PickleValue id) throws MalformedCheckpointException {
    if (id instanceof Tuple tuple
        && tuple.values().size() == 5
        && tuple.values().get(0) instanceof Text kind
        && kind.value().equals("storage")
        && tuple.values().get(1) instanceof StorageType type
        && tuple.values().get(2) instanceof Text key
        && tuple.values().get(4) instanceof Int elements) {
      return new Storage(type.name(), key.value(), elements.value());
    }
    throw new MalformedCheckpointException(
        "its pickle has a persistent id that is not ('storage', type, key, location, size)");
  }

  private static List<Long> integers(Tuple tuple) throws MalformedCheckpointException {
    if (tuple.values().size() > MAX_DIMENSIONS) {
      throw new MalformedCheckpointException(
          "its pickle has a tensor of %d dimensions, expected at most %d"
              .formatted(tuple.values().size(), MAX_DIMENSIONS));
    }
    List<Long> integers = new ArrayList<>(tuple.values().size());
    for (PickleValue value : tuple.values()) {
      if (!(value instanceof Int integer)) {
        throw new MalformedCheckpointException(
            "its pickle has a tensor whose shape or strides are not all integers");
      }
      integers.add(integer.value());
    }
    return List.copyOf(integers);
  }
}
