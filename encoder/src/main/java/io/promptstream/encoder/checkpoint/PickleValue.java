package io.promptstream.encoder.checkpoint;

import java.util.List;
import java.util.Map;

/** The values that a pickled state dict can consist of; none of them runs code from the pickle. */
sealed interface PickleValue {
  /** A value that a checkpoint can contain but that does not affect its tensors. */
  enum Opaque implements PickleValue {
    /** The start of a group of values on the stack, never a value itself. */
    MARK,
    NONE,
    BOOLEAN,
    FLOAT,
    LIST,
    /** A class or function that {@link PickleGlobals} ignores, or the result of calling one. */
    EXTRA
  }

  /** A function or class that a state dict needs. */
  enum Callable implements PickleValue {
    ORDERED_DICT,
    REBUILD_TENSOR,
    REBUILD_PARAMETER,
    SIZE
  }

  /**
   * A type of storage.
   *
   * @param name name of the class in {@code torch}
   */
  record StorageType(String name) implements PickleValue {}

  record Int(long value) implements PickleValue {}

  record Text(String value) implements PickleValue {}

  record Tuple(List<PickleValue> values) implements PickleValue {}

  /**
   * A dict, filled step by step; entries whose key is not a string are dropped.
   *
   * @param entries the entries; they can contain this dict itself
   */
  record Dict(Map<String, PickleValue> entries) implements PickleValue {}

  /**
   * A storage: consecutive elements in an entry of the zip.
   *
   * @param type name of the storage's class in {@code torch}
   * @param key name of the entry
   * @param elements number of elements
   */
  record Storage(String type, String key, long elements) implements PickleValue {}

  /**
   * A view of a storage; its validity is not checked.
   *
   * @param storage the storage with its elements
   * @param offset index of the first element in the storage
   * @param shape extent of each dimension
   * @param strides step of each dimension, in elements
   */
  record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {}
}
