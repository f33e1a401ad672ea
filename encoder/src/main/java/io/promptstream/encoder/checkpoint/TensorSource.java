package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The named tensors of an open checkpoint in any container format. */
interface TensorSource {
  /** Returns the names of all tensors. */
  Set<String> names();

  /**
   * Returns the shape of a tensor of {@link #names()} as the checkpoint states it, unchecked.
   *
   * @throws MalformedCheckpointException if the tensor is not where the checkpoint says
   */
  List<Long> shape(String name) throws IOException;

  /**
   * Returns the element type of a tensor of {@link #names()} in the checkpoint's notation.
   *
   * @throws MalformedCheckpointException if the tensor is not where the checkpoint says
   */
  String elementType(String name) throws IOException;

  /**
   * Reads one tensor of {@link #names()}. The caller must check its shape first.
   *
   * @return the elements, row-major, widened to float32
   * @throws MalformedCheckpointException if the tensor is not of a float type, or its range in the
   *     file is not valid
   */
  float[] read(String name) throws IOException;
}
