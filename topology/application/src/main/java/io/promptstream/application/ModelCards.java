package io.promptstream.application;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.Profile;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Builds model cards. */
final class ModelCards {
  private ModelCards() {}

  /**
   * Returns the card of an encoder's model; its tensors are float32, whatever the embeddings are.
   */
  static ModelCard of(PromptEncoder encoder) {
    EncoderInfo info = encoder.info();
    Profile profile = info.profile();
    PromptEncoderWeights weights = encoder.weights();
    int width = info.embeddingWidth();
    Projection projection = new Projection(
        tensor(
            weights.values(PromptEncoderTensor.CONV_3_WEIGHT), List.of(width, info.maskChannels())),
        tensor(weights.values(PromptEncoderTensor.CONV_3_BIAS), List.of(width)));
    return new ModelCard(
        info.modelId(),
        profile.name(),
        weights.origin().name(),
        profile.inputSize(),
        profile.gridSize(),
        profile.maskInputSize(),
        width,
        tensor(weights.values(PromptEncoderTensor.GAUSSIAN_MATRIX), List.of(2, width / 2)),
        tensor(weights.values(PromptEncoderTensor.NO_MASK), List.of(width)),
        projection);
  }

  private static Tensor tensor(float[] values, List<Integer> shape) {
    ByteBuffer data =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new Tensor(DataType.FLOAT32, shape, data);
  }
}
