package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Records which tensors of a checkpoint are read. */
final class RecordingTensors implements TensorSource {
  private final TensorSource tensors;
  private final Set<String> read = new LinkedHashSet<>();

  RecordingTensors(TensorSource tensors) {
    this.tensors = tensors;
  }

  /** Returns the names of the tensors that were read, in reading order. */
  List<String> namesRead() {
    return List.copyOf(read);
  }

  @Override
  public Set<String> names() {
    return tensors.names();
  }

  @Override
  public List<Long> shape(String name) throws IOException {
    return tensors.shape(name);
  }

  @Override
  public String elementType(String name) throws IOException {
    return tensors.elementType(name);
  }

  @Override
  public float[] read(String name) throws IOException {
    read.add(name);
    return tensors.read(name);
  }
}
