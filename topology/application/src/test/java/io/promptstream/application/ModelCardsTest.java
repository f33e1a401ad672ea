package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.encoder.checkpoint.Checkpoints;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.reader.ModelCardReader;
import io.promptstream.schemas.reader.TensorReader;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ModelCardsTest {
  @ParameterizedTest
  @EnumSource(DataType.class)
  void shouldContainTheWeightsInFloat32ForEveryDataTypeOfTheEmbeddings(DataType dataType) {
    PromptEncoderWeights weights = Checkpoints.read("seed:42");
    try (PromptEncoder encoder = SamPromptEncoder.load(
        new EncoderOptions("seed:42", "cpu", dataType, DenseFormat.FACTORED, 10))) {
      ModelCard card = ModelCards.of(encoder);

      assertThat(card.getModelId()).isEqualTo(encoder.info().modelId());
      assertThat(card.getFamily()).isEqualTo("sam");
      assertThat(card.getSource()).startsWith("seed:42");
      assertThat(card.getInputSize()).isEqualTo(1024);
      assertThat(card.getGridSize()).isEqualTo(64);
      assertThat(card.getMaskInputSize()).isEqualTo(256);
      assertThat(card.getEmbeddingWidth()).isEqualTo(256);
      assertTensor(
          card.getPositionalEncodingGaussianMatrix(),
          weights.values(PromptEncoderTensor.GAUSSIAN_MATRIX),
          2,
          128);
      assertTensor(card.getNoMaskEmbed(), weights.values(PromptEncoderTensor.NO_MASK), 256);
      assertTensor(
          card.getProjection().getWeight(),
          weights.values(PromptEncoderTensor.CONV_3_WEIGHT),
          256,
          16);
      assertTensor(
          card.getProjection().getBias(), weights.values(PromptEncoderTensor.CONV_3_BIAS), 256);
      assertThat(SamCases.largestDifference(
              encoder.densePositionalEncoding(),
              ModelCardReader.denseEmbeddingPositionalEncoding(card)))
          .isLessThanOrEqualTo(1e-5);
    }
  }

  private static void assertTensor(Tensor tensor, float[] values, Integer... shape) {
    assertThat(tensor.getDataType()).isEqualTo(io.promptstream.schemas.DataType.FLOAT32);
    assertThat(tensor.getShape()).isEqualTo(List.of(shape));
    assertThat(TensorReader.floats(tensor)).isEqualTo(values);
  }
}
