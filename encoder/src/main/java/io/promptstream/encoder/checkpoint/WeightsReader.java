package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Takes the prompt encoder out of a checkpoint. All names and shapes are checked before the first
 * element is read, so that what is read is never larger than a prompt encoder can be.
 */
final class WeightsReader {
  private static final int MAX_EMBEDDING_WIDTH = 8192;
  private static final int MAX_MASK_CHANNELS = 1024;

  private final TensorSource source;
  private final Map<PromptEncoderTensor, String> names;

  private WeightsReader(TensorSource source) throws MalformedCheckpointException {
    this.source = source;
    this.names = Naming.resolve(source.names());
  }

  static PromptEncoderWeights read(TensorSource source, WeightsOrigin origin) throws IOException {
    return new WeightsReader(source).read(origin);
  }

  private PromptEncoderWeights read(WeightsOrigin origin) throws IOException {
    Sizes sizes = sizes();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      if (!shape(tensor).equals(tensor.shape(sizes))) {
        throw unexpectedShape(tensor, tensor.shape(sizes).toString());
      }
    }
    Map<PromptEncoderTensor, float[]> values = new EnumMap<>(PromptEncoderTensor.class);
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      values.put(tensor, requireFinite(name(tensor), source.read(name(tensor))));
    }
    return WeightsAssembly.assemble(values, sizes, origin);
  }

  private Sizes sizes() throws MalformedCheckpointException {
    List<Long> token = shape(PromptEncoderTensor.NOT_A_POINT);
    if (token.size() != 2 || !isMultiple(token.get(1), 2, MAX_EMBEDDING_WIDTH)) {
      throw unexpectedShape(
          PromptEncoderTensor.NOT_A_POINT,
          "[1, C] with an even C of at most " + MAX_EMBEDDING_WIDTH);
    }
    List<Long> projection = shape(PromptEncoderTensor.CONV_3_WEIGHT);
    if (projection.size() != 4 || !isMultiple(projection.get(1), 4, MAX_MASK_CHANNELS)) {
      throw unexpectedShape(
          PromptEncoderTensor.CONV_3_WEIGHT,
          "[%d, M, 1, 1] with M a multiple of 4 and at most %d"
              .formatted(token.get(1), MAX_MASK_CHANNELS));
    }
    return new Sizes(Math.toIntExact(token.get(1)), Math.toIntExact(projection.get(1)));
  }

  private static boolean isMultiple(long extent, int factor, int max) {
    return extent > 0 && extent <= max && extent % factor == 0;
  }

  private String name(PromptEncoderTensor tensor) {
    String name = names.get(tensor);
    if (name == null) {
      throw new IllegalStateException(tensor + " was resolved, but has no name");
    }
    return name;
  }

  private List<Long> shape(PromptEncoderTensor tensor) {
    return source.shape(name(tensor));
  }

  private MalformedCheckpointException unexpectedShape(
      PromptEncoderTensor tensor, String expected) {
    return new MalformedCheckpointException(
        "tensor %s has shape %s, expected %s".formatted(name(tensor), shape(tensor), expected));
  }

  private static float[] requireFinite(String name, float[] values)
      throws MalformedCheckpointException {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new MalformedCheckpointException(
            "tensor %s has the value %s at index %d (row-major), expected finite weights"
                .formatted(name, values[i], i));
      }
    }
    return values;
  }
}
