package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Creates complete prompt encoders and checkpoint files with them. */
final class TestTensors {
  private static final List<PromptEncoderTensor> TENSORS = List.of(PromptEncoderTensor.values());
  static final Sizes SMALL = new Sizes(8, 4);

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

  /** Returns a prompt encoder of the small sizes in the given naming. */
  static Map<String, Tensor> small(FamilyDetector naming) {
    return named(naming, SMALL, tensor -> {
      float[] values = new float[elements(tensor, SMALL)];
      for (int i = 0; i < values.length; i++) {
        values[i] = TENSORS.indexOf(tensor) + i / 1024f;
      }
      return values;
    });
  }

  static int elements(PromptEncoderTensor tensor, Sizes sizes) {
    return Math.toIntExact(tensor.shape(sizes).stream().reduce(1L, Math::multiplyExact));
  }

  /** Returns a prompt encoder in the given naming, with stacked tensors if it has them. */
  static Map<String, Tensor> named(
      FamilyDetector naming, Sizes sizes, Function<PromptEncoderTensor, float[]> values) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      Tensor whole = new Tensor(tensor.shape(sizes), values.apply(tensor));
      tensors.merge(naming.names(tensor).get(0), whole, TestTensors::stack);
    }
    return tensors;
  }

  private static Tensor stack(Tensor rows, Tensor row) {
    float[] values = Arrays.copyOf(rows.values(), rows.values().length + row.values().length);
    System.arraycopy(row.values(), 0, values, rows.values().length, row.values().length);
    return new Tensor(List.of(rows.shape().get(0) + 1, row.shape().get(1)), values);
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
}
