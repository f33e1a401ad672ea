package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.Family;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.encoder.checkpoint.WeightsOrigin;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random weights of any size, in which no tensor is trivial. */
final class WeightsOfAnySize {
  private WeightsOfAnySize() {}

  static PromptEncoderWeights of(int width, int maskChannels, long seed) {
    Random random = new Random(seed);
    Map<PromptEncoderTensor, float[]> tensors = new EnumMap<>(PromptEncoderTensor.class);
    tensors.put(PromptEncoderTensor.GAUSSIAN_MATRIX, values(random, width));
    tensors.put(PromptEncoderTensor.POINT_EMBEDDINGS, values(random, 4 * width));
    tensors.put(PromptEncoderTensor.NOT_A_POINT, values(random, width));
    tensors.put(PromptEncoderTensor.NO_MASK, values(random, width));
    tensors.put(PromptEncoderTensor.CONV_1_WEIGHT, values(random, maskChannels));
    tensors.put(PromptEncoderTensor.CONV_1_BIAS, values(random, maskChannels / 4));
    tensors.put(PromptEncoderTensor.LAYER_NORM_1_WEIGHT, values(random, maskChannels / 4));
    tensors.put(PromptEncoderTensor.LAYER_NORM_1_BIAS, values(random, maskChannels / 4));
    tensors.put(PromptEncoderTensor.CONV_2_WEIGHT, values(random, maskChannels * maskChannels));
    tensors.put(PromptEncoderTensor.CONV_2_BIAS, values(random, maskChannels));
    tensors.put(PromptEncoderTensor.LAYER_NORM_2_WEIGHT, values(random, maskChannels));
    tensors.put(PromptEncoderTensor.LAYER_NORM_2_BIAS, values(random, maskChannels));
    tensors.put(PromptEncoderTensor.CONV_3_WEIGHT, values(random, width * maskChannels));
    tensors.put(PromptEncoderTensor.CONV_3_BIAS, values(random, width));
    return new PromptEncoderWeights(
        tensors,
        List.of(Family.values()),
        "random",
        new WeightsOrigin.CheckpointFile(Path.of("random")));
  }

  private static float[] values(Random random, int elements) {
    float[] values = new float[elements];
    for (int i = 0; i < elements; i++) {
      values[i] = (float) (0.4 * random.nextGaussian());
    }
    return values;
  }
}
