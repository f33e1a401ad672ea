package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The named tensors of an open checkpoint, whatever its container. */
interface TensorSource {
  /** Returns the names of all tensors. */
  Set<String> names();

  /**
   * Returns the shape of a tensor of {@link #names()} as the checkpoint claims it, unchecked.
   *
   * @throws MalformedCheckpointException if the tensor is not where the checkpoint says
   */
  List<Long> shape(String name) throws IOException;

  /**
   * Returns the element type of a tensor of {@link #names()} as the checkpoint spells it.
   *
   * @throws MalformedCheckpointException if the tensor is not where the checkpoint says
   */
  String elementType(String name) throws IOException;

  /**
   * Reads one tensor of {@link #names()}, whose shape the caller has found bearable.
   *
   * @return the elements, row-major, widened to float32
   * @throws MalformedCheckpointException if the tensor is not of a float type or its place in the
   *     file does not hold it
   */
  float[] read(String name) throws IOException;
}
