package io.promptstream.schemas.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DenseEmbeddingReaderTest {
  @Test
  void shouldRepeatTheVectorOverTheGrid() {
    DenseEmbedding embedding = embedding(
            DenseEncoding.NO_MASK, List.of(2, 1, 3), tensor(List.of(2), 1f, -2f))
        .build();

    assertThat(DenseEmbeddingReader.expand(embedding)).containsExactly(1f, 1f, 1f, -2f, -2f, -2f);
  }

  @Test
  void shouldReturnTheFullTensorUnchanged() {
    DenseEmbedding embedding = embedding(
            DenseEncoding.FULL, List.of(2, 1, 3), tensor(List.of(2, 1, 3), 1f, 2f, 3f, 4f, 5f, 6f))
        .build();

    assertThat(DenseEmbeddingReader.expand(embedding)).containsExactly(1f, 2f, 3f, 4f, 5f, 6f);
  }

  @Test
  void shouldProjectTheFactors() {
    // dense[c] = bias[c] + weight[c, 0] * values[0] + weight[c, 1] * values[1]
    DenseEmbedding embedding = embedding(
            DenseEncoding.FACTORED, List.of(3, 1, 2), tensor(List.of(2, 1, 2), 1f, 2f, 10f, 20f))
        .setProjection(new Projection(
            tensor(List.of(3, 2), 1f, 0f, 0f, 1f, 2f, -1f), tensor(List.of(3), 0f, 0.5f, 100f)))
        .build();

    assertThat(DenseEmbeddingReader.expand(embedding))
        .containsExactly(1f, 2f, 10.5f, 20.5f, 92f, 84f);
  }

  // Every remainder of the number of channels that the projector adds at once.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 16})
  void shouldProjectAnyNumberOfChannels(int channels) {
    int width = 32;
    int rows = 5;
    int columns = 9;
    float[] weight = gaussian(width * channels);
    float[] values = gaussian(channels * rows * columns);
    float[] bias = gaussian(width);
    DenseEmbedding embedding = embedding(
            DenseEncoding.FACTORED,
            List.of(width, rows, columns),
            tensor(List.of(channels, rows, columns), values))
        .setProjection(
            new Projection(tensor(List.of(width, channels), weight), tensor(List.of(width), bias)))
        .build();

    float[] dense = DenseEmbeddingReader.expand(embedding);

    assertThat(dense).hasSize(width * rows * columns);
    for (int c = 0; c < width; c++) {
      for (int i = 0; i < rows * columns; i++) {
        double expected = bias[c];
        for (int k = 0; k < channels; k++) {
          expected += (double) weight[c * channels + k] * values[k * rows * columns + i];
        }
        assertThat((double) dense[c * rows * columns + i]).isCloseTo(expected, within(1e-5));
      }
    }
  }

  @Test
  void shouldReadHalfPrecisionFactors() {
    Tensor ones = new Tensor(DataType.FLOAT16, List.of(1, 1, 2), bytes(0x00, 0x3c, 0x00, 0x40));
    DenseEmbedding embedding = embedding(DenseEncoding.FACTORED, List.of(1, 1, 2), ones)
        .setProjection(new Projection(
            new Tensor(DataType.BFLOAT16, List.of(1, 1), bytes(0x40, 0x40)),
            tensor(List.of(1), 0.25f)))
        .build();

    assertThat(DenseEmbeddingReader.expand(embedding)).containsExactly(3.25f, 6.25f);
  }

  @ParameterizedTest
  @MethodSource("invalidShapes")
  void shouldRejectAShapeThatIsNotThreePositiveExtents(List<Integer> shape, String message) {
    assertRejected(
        embedding(DenseEncoding.NO_MASK, shape, tensor(List.of(2), 1f, 2f)).build(), message);
  }

  static Object[][] invalidShapes() {
    String prefix = "Dense embedding needs a shape of 3 positive extents, but has ";
    return new Object[][] {
      {List.of(), prefix + "[]."},
      {List.of(2), prefix + "[2]."},
      {List.of(2, 3), prefix + "[2, 3]."},
      {List.of(2, 0, 3), prefix + "[2, 0, 3]."},
      {List.of(2, -1, -1), prefix + "[2, -1, -1]."},
      {List.of(2, 1, 1, 1), prefix + "[2, 1, 1, 1]."},
      {Collections.nCopies(1_000_000, 1), prefix + "1000000 extents."},
    };
  }

  @ParameterizedTest
  @MethodSource("absurdShapes")
  void shouldNotExpandAFewBytesToGigabytes(List<Integer> shape, String message) {
    assertRejected(
        embedding(DenseEncoding.NO_MASK, shape, tensor(List.of(2), 1f, 2f)).build(), message);
  }

  static Object[][] absurdShapes() {
    return new Object[][] {
      {List.of(2, 1 << 12, (1 << 11) + 1), "has 16785408 elements, more than 16777216."},
      {List.of(2, 1 << 15, 1 << 16), "has 4294967296 elements"},
      {List.of(2, Integer.MAX_VALUE, Integer.MAX_VALUE), "has 9223372028264841218 elements"},
      {List.of(3, Integer.MAX_VALUE, Integer.MAX_VALUE), "more elements than can be counted"},
    };
  }

  @Test
  void shouldApplyAGivenLimit() {
    DenseEmbedding embedding = embedding(
            DenseEncoding.NO_MASK, List.of(2, 1, 3), tensor(List.of(2), 1f, 2f))
        .build();

    assertThat(DenseEmbeddingReader.expand(embedding, 6)).hasSize(6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DenseEmbeddingReader.expand(embedding, 5))
        .withMessage("Dense embedding of shape [2, 1, 3] has 6 elements, more than 5.");
  }

  @Test
  void shouldRejectFactorsWithoutProjection() {
    assertRejected(
        embedding(
                DenseEncoding.FACTORED, List.of(2, 1, 2), tensor(List.of(2, 1, 2), 1f, 2f, 3f, 4f))
            .build(),
        "Dense embedding of encoding FACTORED has no projection.");
  }

  @Test
  void shouldRejectAProjectionOfAnUnfactoredEmbedding() {
    assertRejected(
        embedding(DenseEncoding.NO_MASK, List.of(2, 1, 3), tensor(List.of(2), 1f, 2f))
            .setProjection(projection())
            .build(),
        "Dense embedding of encoding NO_MASK has a projection.");
  }

  @Test
  void shouldRejectAVectorOfAnotherWidth() {
    assertRejected(
        embedding(DenseEncoding.NO_MASK, List.of(3, 1, 3), tensor(List.of(2), 1f, 2f))
            .build(),
        "Dense embedding needs values of shape [3], but has [2].");
  }

  @Test
  void shouldRejectAFullTensorOfAnotherShape() {
    assertRejected(
        embedding(DenseEncoding.FULL, List.of(1, 1, 2), tensor(List.of(1, 2, 1), 1f, 2f))
            .build(),
        "Dense embedding needs values of shape [1, 1, 2], but has [1, 2, 1].");
  }

  @ParameterizedTest
  @MethodSource("invalidFactors")
  void shouldRejectFactorsOfAnotherShape(List<Integer> shape, String described) {
    assertRejected(
        embedding(
                DenseEncoding.FACTORED,
                List.of(3, 1, 2),
                new Tensor(DataType.FLOAT32, shape, ByteBuffer.allocate(0)))
            .setProjection(projection())
            .build(),
        "but has " + described);
  }

  static Object[][] invalidFactors() {
    return new Object[][] {
      {List.of(0, 1, 2), "[0, 1, 2]."},
      {List.of(-2, 1, 2), "[-2, 1, 2]."},
      {List.of(2, 2), "[2, 2]."},
      {List.of(2, 2, 1), "[2, 2, 1]."},
      {Collections.nCopies(1_000, 1), "1000 extents."},
    };
  }

  @Test
  void shouldRejectAWeightThatDoesNotFitTheFactors() {
    assertRejected(
        embedding(DenseEncoding.FACTORED, List.of(3, 1, 1), tensor(List.of(1, 1, 1), 1f))
            .setProjection(projection())
            .build(),
        "Dense embedding needs projection weight of shape [3, 1], but has [3, 2].");
  }

  @Test
  void shouldRejectABiasThatDoesNotFitTheWeight() {
    assertRejected(
        embedding(DenseEncoding.FACTORED, List.of(3, 1, 1), tensor(List.of(2, 1, 1), 1f, 2f))
            .setProjection(new Projection(projection().getWeight(), tensor(List.of(2), 1f, 2f)))
            .build(),
        "Dense embedding needs projection bias of shape [3], but has [2].");
  }

  @Test
  void shouldRejectDataThatAreTooShort() {
    assertRejected(
        embedding(
                DenseEncoding.NO_MASK,
                List.of(2, 1, 1),
                new Tensor(DataType.FLOAT32, List.of(2), ByteBuffer.allocate(7)))
            .build(),
        "FLOAT32 tensor of shape [2] needs 8 bytes, but has 7.");
  }

  private static void assertRejected(DenseEmbedding embedding, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DenseEmbeddingReader.expand(embedding))
        .withMessageContaining(message);
  }

  private static DenseEmbedding.Builder embedding(
      DenseEncoding encoding, List<Integer> shape, Tensor values) {
    return DenseEmbedding.newBuilder()
        .setPromptId("p")
        .setImageId("i")
        .setModelId("m")
        .setShape(shape)
        .setEncoding(encoding)
        .setValues(values);
  }

  private static Projection projection() {
    return new Projection(
        tensor(List.of(3, 2), 1f, 0f, 0f, 1f, 2f, -1f), tensor(List.of(3), 0f, 0f, 0f));
  }

  private static Tensor tensor(List<Integer> shape, float... elements) {
    ByteBuffer data =
        ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(elements);
    return new Tensor(DataType.FLOAT32, shape, data);
  }

  private static ByteBuffer bytes(int... bytes) {
    ByteBuffer data = ByteBuffer.allocate(bytes.length);
    for (int value : bytes) {
      data.put((byte) value);
    }
    return data.flip();
  }

  private static float[] gaussian(int count) {
    Random random = new Random(count);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
