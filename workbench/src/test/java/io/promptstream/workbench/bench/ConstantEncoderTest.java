package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseEmbeddings;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EmbeddingTensor;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.workbench.services.Services;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ConstantEncoderTest {
  private static final int MAX_POINTS = 5;

  @ParameterizedTest
  @EnumSource
  void shouldGiveTheKindsAndShapesThatTheModelGives(DenseFormat format) {
    EncoderOptions options = new EncoderOptions(
        Services.CHECKPOINT, Services.DEVICE, DataType.FLOAT32, format, MAX_POINTS);
    try (PromptEncoder model = SamPromptEncoder.load(options);
        PromptEncoder constant = new ConstantEncoder(model)) {
      List<FramedPrompt> prompts = Stream.of(
              prompt(1), prompt(0), box(MAX_POINTS), prompt(MAX_POINTS), mask(), prompt(2))
          .map(constant::frame)
          .toList();

      assertThat(constant.encode(prompts).stream().map(ConstantEncoderTest::describe))
          .containsExactlyElementsOf(
              model.encode(prompts).stream().map(ConstantEncoderTest::describe).toList());
      assertThat(constant.info()).isEqualTo(model.info());
    }
  }

  private static Prompt prompt(int points) {
    return new Prompt(null, points(points), null, null);
  }

  private static Prompt box(int points) {
    return new Prompt(null, points(points), new Box(1, 2, 3, 4), null);
  }

  private static Prompt mask() {
    return new Prompt(null, points(1), null, new MaskLogits(256, 256, new float[256 * 256]));
  }

  private static List<Point> points(int count) {
    return Collections.nCopies(count, new Point(5, 6, PointLabel.BACKGROUND));
  }

  private static String describe(PromptEmbeddings embeddings) {
    return describe(embeddings.sparse()) + ' ' + describe(embeddings.dense());
  }

  private static String describe(DenseEmbeddings dense) {
    String kind = dense.getClass().getSimpleName().toLowerCase(Locale.ROOT);
    if (dense instanceof DenseEmbeddings.Factored factored) {
      return "%s %s %s %s"
          .formatted(
              kind,
              describe(factored.values()),
              describe(factored.projection().weight()),
              describe(factored.projection().bias()));
    }
    return kind
        + ' '
        + describe(
            dense instanceof DenseEmbeddings.Full full
                ? full.values()
                : ((DenseEmbeddings.NoMask) dense).values());
  }

  private static String describe(EmbeddingTensor tensor) {
    return "%s%s of %d bytes"
        .formatted(tensor.dataType(), tensor.shape(), tensor.data().remaining());
  }
}
