package io.promptstream.encoder.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** A checkpoint in memory, without a container. */
record InMemoryTensors(Map<String, TestTensors.Tensor> tensors) implements TensorSource {
  static TestTensors.Tensor find(Map<String, TestTensors.Tensor> tensors, String name) {
    return requireNonNull(tensors.get(name), name);
  }

  @Override
  public Set<String> names() {
    return tensors.keySet();
  }

  @Override
  public List<Long> shape(String name) {
    return find(tensors, name).shape();
  }

  @Override
  public String elementType(String name) {
    return "F32";
  }

  @Override
  public float[] read(String name) {
    return find(tensors, name).values();
  }
}
