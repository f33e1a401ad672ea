package io.promptstream.encoder.checkpoint;

import java.util.List;
import java.util.Map;

/** What a pickled state dict may consist of; nothing in here runs code of the pickle's choosing. */
sealed interface PickleValue {
  /** A value that a checkpoint may hold, but that says nothing about its tensors. */
  enum Opaque implements PickleValue {
    NONE,
    BOOLEAN,
    FLOAT,
    LIST,
    /** Anything of {@link PickleExtras}, be it a class, a function or what they give. */
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
   * @param name of the class in {@code torch}
   */
  record StorageType(String name) implements PickleValue {}

  record Int(long value) implements PickleValue {}

  record Text(String value) implements PickleValue {}

  record Tuple(List<PickleValue> values) implements PickleValue {}

  /**
   * A dict, still being filled; entries whose key is no text are left out.
   *
   * @param entries may contain this very dict
   */
  record Dict(Map<String, PickleValue> entries) implements PickleValue {}

  /**
   * A run of elements in an entry of the zip.
   *
   * @param type name of the storage's class in {@code torch}
   * @param key name of the entry
   * @param elements how many
   */
  record Storage(String type, String key, long elements) implements PickleValue {}

  /**
   * A view on a storage; whether it makes sense is not checked.
   *
   * @param storage where its elements are
   * @param offset place of the first element in the storage
   * @param shape extent of each dimension
   * @param strides step of each dimension, in elements
   */
  record Tensor(Storage storage, long offset, List<Long> shape, List<Long> strides)
      implements PickleValue {}
}
