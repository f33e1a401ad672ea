package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
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

  private WeightsReader(TensorSource source, FamilyDetector.Match match) {
    this.source = source;
    this.match = match;
  }

  static PromptEncoderWeights read(TensorSource source, WeightsOrigin origin) throws IOException {
    return read(source, FamilyDetector.detect(source.names()), origin);
  }

  static PromptEncoderWeights read(
      TensorSource source, FamilyDetector.Match match, WeightsOrigin origin) throws IOException {
    WeightsReader reader = new WeightsReader(source, match);
    reader.requireShapes();
    return new PromptEncoderWeights(
        reader.tensors(),
        match.naming().families(),
        // Its names differ between families.
        match.name(PromptEncoderTensor.POINT_EMBEDDINGS),
        origin);
  }

  private void requireShapes() throws IOException {
    int width = embeddingWidth();
    int maskChannels = maskChannels(width);
    for (Map.Entry<FamilyDetector.Part, String> part : match.names().entrySet()) {
      List<Long> expected = part.getKey().shape(width, maskChannels);
      if (!source.shape(part.getValue()).equals(expected)) {
        throw unexpectedShape(part.getValue(), expected.toString());
      }
    }
  }

  private int embeddingWidth() throws IOException {
    String name = match.name(PromptEncoderTensor.NOT_A_POINT);
    List<Long> token = source.shape(name);
    if (token.size() != 2 || !isMultiple(token.get(1), 2, MAX_EMBEDDING_WIDTH)) {
      throw unexpectedShape(name, "[1, C] with an even C of at most " + MAX_EMBEDDING_WIDTH);
    }
    return Math.toIntExact(token.get(1));
  }

  private int maskChannels(int width) throws IOException {
    String name = match.name(PromptEncoderTensor.CONV_3_WEIGHT);
    List<Long> projection = source.shape(name);
    if (projection.size() != 4 || !isMultiple(projection.get(1), 4, MAX_MASK_CHANNELS)) {
      throw unexpectedShape(
          name,
          "[%d, M, 1, 1] with M a multiple of 4 and at most %d"
              .formatted(width, MAX_MASK_CHANNELS));
    }
    return Math.toIntExact(projection.get(1));
  }

  private static boolean isMultiple(long extent, int factor, int max) {
    return extent > 0 && extent <= max && extent % factor == 0;
  }

  private MalformedCheckpointException unexpectedShape(String name, String expected)
      throws IOException {
    return new MalformedCheckpointException(
        "tensor %s has shape %s, expected %s".formatted(name, source.shape(name), expected));
  }

  private Map<PromptEncoderTensor, float[]> tensors() throws IOException {
    Map<PromptEncoderTensor, float[]> tensors = new EnumMap<>(PromptEncoderTensor.class);
    for (Map.Entry<FamilyDetector.Part, String> part : match.names().entrySet()) {
      String name = part.getValue();
      float[] values = requireFinite(name, source.read(name));
      tensors.merge(part.getKey().tensor(), values, WeightsReader::concatenate);
    }
    return tensors;
  }

  private static float[] concatenate(float[] rows, float[] next) {
    float[] all = Arrays.copyOf(rows, rows.length + next.length);
    System.arraycopy(next, 0, all, rows.length, next.length);
    return all;
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
