package io.promptstream.encoder;

import io.promptstream.encoder.checkpoint.Family;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights.MaskDownscalingWeights;
import io.promptstream.encoder.checkpoint.TensorNames;
import io.promptstream.encoder.checkpoint.WeightTensor;
import io.promptstream.encoder.checkpoint.WeightsOrigin;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** Random weights of any size, in which no tensor is trivial. */
final class RandomWeights {
  private final Random random;

  private RandomWeights(long seed) {
    this.random = new Random(seed);
  }

  static PromptEncoderWeights of(int width, int maskChannels, long seed) {
    return new RandomWeights(seed).create(width, maskChannels);
  }

  private PromptEncoderWeights create(int width, int maskChannels) {
    int quarter = maskChannels / 4;
    return new PromptEncoderWeights(
        tensor(2, width / 2),
        tensor(4, width),
        tensor(width),
        tensor(width),
        new MaskDownscalingWeights(
            tensor(quarter, 1, 2, 2),
            tensor(quarter),
            tensor(quarter),
            tensor(quarter),
            tensor(maskChannels, quarter, 2, 2),
            tensor(maskChannels),
            tensor(maskChannels),
            tensor(maskChannels),
            tensor(width, maskChannels, 1, 1),
            tensor(width)),
        new TensorNames("random", List.of(Family.values())),
        new WeightsOrigin.CheckpointFile(Path.of("random")));
  }

  private WeightTensor tensor(Integer... shape) {
    float[] values = new float[List.of(shape).stream().reduce(1, Math::multiplyExact)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (0.4 * random.nextGaussian());
    }
    return new WeightTensor(List.of(shape), values);
  }
}
