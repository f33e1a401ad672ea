package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Creates complete prompt encoders and checkpoint files with them. */
final class TestTensors {
  private TestTensors() {}

  /** A tensor to write. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Tensor(List<Long> shape, float[] values) {
    byte[] float32() {
      ByteBuffer bytes =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      for (float value : values) {
        bytes.putFloat(value);
      }
      return bytes.array();
    }
  }

  /** Returns a prompt encoder with C = 8 and M = 4 in the given naming. */
  static Map<String, Tensor> small(FamilyDetector naming) {
    Map<PromptEncoderTensor, float[]> tensors = new EnumMap<>(PromptEncoderTensor.class);
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      float[] values = new float[elements(tensor.shape(8, 4))];
      for (int i = 0; i < values.length; i++) {
        values[i] = tensors.size() + i / 1024f;
      }
      tensors.put(tensor, values);
    }
    return named(
        naming,
        new PromptEncoderWeights(tensors, naming.families(), "small", new WeightsOrigin.Seed(0)));
  }

  /** Returns a prompt encoder in the given naming, with stacked tensors if it has them. */
  static Map<String, Tensor> named(FamilyDetector naming, PromptEncoderWeights weights) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    Map<PromptEncoderTensor, Integer> taken = new EnumMap<>(PromptEncoderTensor.class);
    for (FamilyDetector.Part part : naming.parts()) {
      List<Long> shape = part.shape(weights.embeddingWidth(), weights.maskChannels());
      int first = taken.getOrDefault(part.tensor(), 0);
      int end = first + elements(shape);
      taken.put(part.tensor(), end);
      float[] values = Arrays.copyOfRange(weights.values(part.tensor()), first, end);
      tensors.put(part.names().get(0), new Tensor(shape, values));
    }
    return tensors;
  }

  private static int elements(List<Long> shape) {
    return Math.toIntExact(shape.stream().reduce(1L, Math::multiplyExact));
  }

  /** Returns a safetensors file of the tensors, all of type F32. */
  static byte[] safetensors(Map<String, Tensor> tensors) {
    List<String> entries = new ArrayList<>();
    ByteArrayOutputStream data = new ByteArrayOutputStream();
    tensors.forEach((name, tensor) -> {
      int begin = data.size();
      data.writeBytes(tensor.float32());
      entries.add(entry(name, "F32", tensor.shape(), begin, data.size()));
    });
    return safetensors("{" + String.join(",", entries) + "}", data.toByteArray());
  }

  static String entry(String name, String dtype, List<Long> shape, long begin, long end) {
    return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
        .formatted(name, dtype, shape, begin, end);
  }

  static byte[] safetensors(String header, byte[] data) {
    byte[] json = header.getBytes(UTF_8);
    return ByteBuffer.allocate(Long.BYTES + json.length + data.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .put(data)
        .array();
  }

  /** Returns a PyTorch zip of the tensors, each in a separate FloatStorage. */
  static byte[] torchZip(Map<String, Tensor> tensors) throws IOException {
    return torch(tensors).zip();
  }

  static TorchZipBuilder torch(Map<String, Tensor> tensors) {
    TorchZipBuilder torch = new TorchZipBuilder();
    tensors.forEach((name, tensor) -> torch.tensor(name, tensor.shape(), tensor.float32()));
    return torch;
  }

  static PromptEncoderWeights read(CheckpointChannel file, WeightsOrigin origin)
      throws IOException {
    return WeightsReader.read(Checkpoints.open(file), origin);
  }
}
