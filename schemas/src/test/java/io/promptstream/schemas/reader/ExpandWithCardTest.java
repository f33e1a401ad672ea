package io.promptstream.schemas.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.serde.TrustedRecords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Embeddings of [3, 1, 1] from 2 mask channels, with weight [[1, 0], [0, 1], [2, -1]]. */
class ExpandWithCardTest {
  private static final List<Integer> SHAPE = List.of(3, 1, 1);

  static {
    // A builder copies records before a test has a serde.
    TrustedRecords.add();
  }

  @Test
  void shouldProjectTheFactorsWithTheCardsProjection() {
    assertThat(DenseEmbeddingReader.expand(factored().build(), card().build()))
        .containsExactly(3f, 10.5f, 96f);
  }

  @Test
  void shouldNotNeedTheRecordsOwnProjection() {
    Projection another =
        new Projection(tensor(List.of(3, 2), new float[6]), tensor(List.of(3), new float[3]));

    assertThat(DenseEmbeddingReader.expand(
            factored().setProjection(another).build(), card().build()))
        .containsExactly(3f, 10.5f, 96f);
  }

  @Test
  void shouldGiveWhatTheRecordsOwnProjectionGives() {
    ModelCard card = SamFixtures.card();
    float[] values = new float[16 * 64 * 64];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.sin(i);
    }
    DenseEmbedding embedding = embedding(
            DenseEncoding.FACTORED, List.of(256, 64, 64), tensor(List.of(16, 64, 64), values))
        .setModelId(card.getModelId())
        .build();
    DenseEmbedding complete =
        DenseEmbedding.newBuilder(embedding).setProjection(card.getProjection()).build();

    assertThat(DenseEmbeddingReader.expand(embedding, card))
        .isEqualTo(DenseEmbeddingReader.expand(complete));
  }

  @Test
  void shouldExpandTheOtherEncodings() {
    Tensor vector = tensor(List.of(3), 1f, 2f, 3f);
    Tensor full = tensor(SHAPE, 4f, 5f, 6f);

    assertThat(DenseEmbeddingReader.expand(
            embedding(DenseEncoding.NO_MASK, SHAPE, vector).build(), card().build()))
        .containsExactly(1f, 2f, 3f);
    assertThat(DenseEmbeddingReader.expand(
            embedding(DenseEncoding.FULL, SHAPE, full).build(), card().build()))
        .containsExactly(4f, 5f, 6f);
  }

  @ParameterizedTest
  @MethodSource("ofAllEncodings")
  void shouldRejectTheCardOfAnotherModel(DenseEmbedding embedding) {
    assertRejected(
        embedding,
        card().setModelId("b-model").build(),
        "Dense embedding has model_id a-model, but the card has b-model.");
  }

  static List<DenseEmbedding> ofAllEncodings() {
    return List.of(
        factored().build(),
        embedding(DenseEncoding.NO_MASK, SHAPE, tensor(List.of(3), 1f, 2f, 3f)).build(),
        embedding(DenseEncoding.FULL, SHAPE, tensor(SHAPE, 4f, 5f, 6f)).build());
  }

  @Test
  void shouldNotQuoteAVeryLongName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DenseEmbeddingReader.expand(
            factored().setModelId("x".repeat(1_000_000)).build(), card().build()))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  @Test
  void shouldRejectAnEmbeddingOfAnotherShapeThanTheCards() {
    assertRejected(
        embedding(DenseEncoding.NO_MASK, List.of(3, 1, 2), tensor(List.of(3), 1f, 2f, 3f))
            .build(),
        card().build(),
        "Dense embedding needs shape [3, 1, 1], as its model card says, but has [3, 1, 2].");
  }

  @Test
  void shouldRejectFactorsThatDoNotFitTheCardsProjection() {
    assertRejected(
        embedding(DenseEncoding.FACTORED, SHAPE, tensor(List.of(1, 1, 1), 1f)).build(),
        card().build(),
        "Dense embedding needs values of shape [2, 1, 1], but has [1, 1, 1].");
  }

  @ParameterizedTest
  @MethodSource("wrongProjections")
  void shouldRejectAProjectionThatDoesNotFitTheCard(Projection projection, String message) {
    assertRejected(factored().build(), card().setProjection(projection).build(), message);
  }

  static Object[][] wrongProjections() {
    Tensor weight = card().getProjection().getWeight();
    Tensor bias = card().getProjection().getBias();
    return new Object[][] {
      {
        new Projection(tensor(List.of(6), new float[6]), bias),
        "Model card needs projection weight of shape [3, mask channels], but has [6]."
      },
      {
        new Projection(tensor(List.of(3, 0)), bias),
        "Model card needs projection weight of shape [3, mask channels], but has [3, 0]."
      },
      {
        new Projection(tensor(List.of(2, 2), new float[4]), bias),
        "Model card needs projection weight of shape [3, 2], but has [2, 2]."
      },
      {
        new Projection(weight, tensor(List.of(2), 1f, 2f)),
        "Model card needs projection bias of shape [3], but has [2]."
      },
      {
        new Projection(weight, tensor(List.of(3), 1f, Float.NaN, 2f)),
        "Model card needs a finite projection bias, but element 1 is NaN."
      },
      {
        new Projection(tensor(List.of(3, 2), 1f, 1f, 1f, 1f, 1f, Float.POSITIVE_INFINITY), bias),
        "Model card needs a finite projection weight, but element 5 is Infinity."
      },
    };
  }

  private static void assertRejected(DenseEmbedding embedding, ModelCard card, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DenseEmbeddingReader.expand(embedding, card))
        .withMessage(message);
  }

  private static DenseEmbedding.Builder factored() {
    return embedding(DenseEncoding.FACTORED, SHAPE, tensor(List.of(2, 1, 1), 3f, 10f));
  }

  private static DenseEmbedding.Builder embedding(
      DenseEncoding encoding, List<Integer> shape, Tensor values) {
    return DenseEmbedding.newBuilder()
        .setPromptId("p")
        .setImageId("i")
        .setModelId("a-model")
        .setShape(shape)
        .setEncoding(encoding)
        .setValues(values);
  }

  private static ModelCard.Builder card() {
    return ModelCard.newBuilder()
        .setModelId("a-model")
        .setFamily("sam")
        .setSource("test")
        .setInputSize(1024)
        .setGridSize(1)
        .setMaskInputSize(4)
        .setEmbeddingWidth(3)
        .setPositionalEncodingGaussianMatrix(tensor(List.of(0)))
        .setNoMaskEmbed(tensor(List.of(0)))
        .setProjection(new Projection(
            tensor(List.of(3, 2), 1f, 0f, 0f, 1f, 2f, -1f), tensor(List.of(3), 0f, 0.5f, 100f)));
  }

  private static Tensor tensor(List<Integer> shape, float... elements) {
    ByteBuffer data =
        ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(elements);
    return new Tensor(DataType.FLOAT32, shape, data);
  }
}
