package io.promptstream.encoder.checkpoint;

import java.util.Map;
import java.util.Set;

/**
 * The classes and functions that a pickle may name for plain data beside the weights. Training
 * scripts save such data: arguments, metrics, the state of optimizers and schedulers. The reader
 * never creates these objects: every call results in {@link PickleValue.Opaque#EXTRA}, regardless
 * of the arguments.
 */
final class IgnoredGlobals {
  private static final Set<String> BUILTINS = Set.of(
      "bool",
      "bytearray",
      "complex",
      "dict",
      "float",
      "frozenset",
      "int",
      "list",
      "object",
      "range",
      "set",
      "slice",
      "str",
      "tuple");

  private static final Set<String> NUMPY_MULTIARRAY = Set.of("scalar", "_reconstruct");

  private static final Map<String, Set<String>> NAMES_BY_MODULE = Map.ofEntries(
      Map.entry("__builtin__", BUILTINS),
      Map.entry("builtins", BUILTINS),
      Map.entry("_codecs", Set.of("encode")),
      Map.entry("argparse", Set.of("Namespace")),
      Map.entry("collections", Set.of("Counter", "defaultdict", "deque")),
      Map.entry("copy_reg", Set.of("_reconstructor")),
      Map.entry("copyreg", Set.of("_reconstructor")),
      Map.entry("datetime", Set.of("date", "datetime", "timedelta", "timezone")),
      Map.entry("numpy", Set.of("dtype", "ndarray")),
      Map.entry("numpy.core.multiarray", NUMPY_MULTIARRAY),
      Map.entry("numpy._core.multiarray", NUMPY_MULTIARRAY),
      Map.entry("omegaconf.base", Set.of("ContainerMetadata", "Metadata")),
      Map.entry("omegaconf.dictconfig", Set.of("DictConfig")),
      Map.entry("omegaconf.listconfig", Set.of("ListConfig")),
      Map.entry("omegaconf.nodes", Set.of("AnyNode")),
      Map.entry("pathlib", Set.of("Path", "PosixPath", "PurePosixPath", "WindowsPath")),
      Map.entry(
          "torch",
          Set.of(
              "device",
              "bfloat16",
              "bool",
              "float16",
              "float32",
              "float64",
              "int16",
              "int32",
              "int64",
              "int8",
              "uint8")),
      Map.entry("types", Set.of("SimpleNamespace")),
      Map.entry("typing", Set.of("Any")));

  private IgnoredGlobals() {}

  /** Returns whether a pickle may name this class or function. */
  static boolean contains(String module, String name) {
    return NAMES_BY_MODULE.getOrDefault(module, Set.of()).contains(name);
  }
}
