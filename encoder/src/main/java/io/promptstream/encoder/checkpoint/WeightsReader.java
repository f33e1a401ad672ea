package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.PromptEncoderTensor.POINT_EMBEDDINGS;

import io.promptstream.encoder.checkpoint.PromptEncoderTensor.Sizes;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the prompt encoder from a checkpoint. It checks all names and shapes before it reads the
 * first element, so that it never reads more than the largest possible prompt encoder.
 */
final class WeightsReader {
  private static final int MAX_EMBEDDING_WIDTH = 8192;
  private static final int MAX_MASK_CHANNELS = 1024;

  private final TensorSource source;
  private final FamilyDetector.Match match;

  private WeightsReader(TensorSource source) throws MalformedCheckpointException {
    this.source = source;
    this.match = FamilyDetector.resolve(source.names());
  }

  static PromptEncoderWeights read(TensorSource source, WeightsOrigin origin) throws IOException {
    return new WeightsReader(source).read(origin);
  }

  private PromptEncoderWeights read(WeightsOrigin origin) throws IOException {
    Sizes sizes = sizes();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      List<Long> expected = match.naming().stacks(tensor)
          ? List.of((long) POINT_EMBEDDINGS.size(), (long) sizes.embeddingWidth())
          : tensor.shape(sizes);
      if (!shape(tensor).equals(expected)) {
        throw unexpectedShape(tensor, expected.toString());
      }
    }
    return WeightsAssembly.assemble(values(sizes), sizes, match.tensorNames(), origin);
  }

  private Map<PromptEncoderTensor, float[]> values(Sizes sizes) throws IOException {
    Map<PromptEncoderTensor, float[]> values = new EnumMap<>(PromptEncoderTensor.class);
    Map<String, float[]> read = new HashMap<>();
    for (PromptEncoderTensor tensor : PromptEncoderTensor.values()) {
      String name = name(tensor);
      float[] elements = read.get(name);
      if (elements == null) {
        elements = requireFinite(name, source.read(name));
        read.put(name, elements);
      }
      if (match.naming().stacks(tensor)) {
        int row = POINT_EMBEDDINGS.indexOf(tensor) * sizes.embeddingWidth();
        elements = Arrays.copyOfRange(elements, row, row + sizes.embeddingWidth());
      }
      values.put(tensor, elements);
    }
    return values;
  }

  private Sizes sizes() throws IOException {
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
    String name = match.names().get(tensor);
    if (name == null) {
      throw new IllegalStateException(tensor + " was resolved, but has no name");
    }
    return name;
  }

  private List<Long> shape(PromptEncoderTensor tensor) throws IOException {
    return source.shape(name(tensor));
  }

  private MalformedCheckpointException unexpectedShape(PromptEncoderTensor tensor, String expected)
      throws IOException {
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
