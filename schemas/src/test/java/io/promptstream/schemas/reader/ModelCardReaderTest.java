package io.promptstream.schemas.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.serde.TrustedRecords;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelCardReaderTest {
  static {
    // A builder copies records before a test has a serde.
    TrustedRecords.add();
  }

  @Test
  void shouldGiveTheDensePositionalEncodingOfTheOfficialCode() {
    float[] official = SamFixtures.densePositionalEncoding();

    float[] encoding = ModelCardReader.denseEmbeddingPositionalEncoding(SamFixtures.card());

    assertThat(encoding).hasSize(256 * 64 * 64);
    double largest = 0;
    for (int i = 0; i < official.length; i++) {
      largest = Math.max(largest, Math.abs((double) official[i] - encoding[i]));
    }
    assertThat(largest).isLessThanOrEqualTo(1e-5);
  }

  /** Includes SAM 3's grid, which is not a power of two, and a grid with a central cell. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 72})
  void shouldEncodeTheCentresOfAnyGrid(int grid) {
    int width = 6;
    float[] matrix = gaussian(width);
    ModelCard card = card(width, grid)
        .setPositionalEncodingGaussianMatrix(tensor(List.of(2, width / 2), matrix))
        .build();

    float[] encoding = ModelCardReader.denseEmbeddingPositionalEncoding(card);

    assertThat(encoding).hasSize(width * grid * grid);
    for (int c = 0; c < width; c++) {
      for (int row = 0; row < grid; row++) {
        for (int column = 0; column < grid; column++) {
          double x = 2 * (column + 0.5) / grid - 1;
          double y = 2 * (row + 0.5) / grid - 1;
          int k = c % (width / 2);
          double angle = 2 * Math.PI * (x * matrix[k] + y * matrix[width / 2 + k]);
          assertThat((double) encoding[(c * grid + row) * grid + column])
              .as("channel %d, row %d, column %d", c, row, column)
              .isCloseTo(c < width / 2 ? Math.sin(angle) : Math.cos(angle), within(1e-5));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 2, 'Model card needs a positive embedding_width, but has 0.'",
    "-4, 2, 'Model card needs a positive embedding_width, but has -4.'",
    "4, 0, 'Model card needs a positive grid_size, but has 0.'",
    "3, 2, 'Model card needs an even embedding_width, but has 3.'",
    "4, 4096, 'shape [4, 4096, 4096] with 67108864 elements, more than 16777216.'",
    "2147483647, 2147483647, 'more elements than can be counted'"
  })
  void shouldRejectInvalidSizes(int width, int grid, String message) {
    assertRejected(card(width, grid).build(), message);
  }

  @ParameterizedTest
  @MethodSource("wrongMatrices")
  void shouldRejectAMatrixOfAnotherShape(List<Integer> shape, String described) {
    Tensor matrix = new Tensor(DataType.FLOAT32, shape, ByteBuffer.allocate(0));

    assertRejected(
        card(4, 2).setPositionalEncodingGaussianMatrix(matrix).build(),
        "Model card needs positional_encoding_gaussian_matrix of shape [2, 2], but has "
            + described);
  }

  static Object[][] wrongMatrices() {
    return new Object[][] {
      {List.of(), "[]."},
      {List.of(4), "[4]."},
      {List.of(2, 4), "[2, 4]."},
      {List.of(2, 2, 1), "[2, 2, 1]."},
      {Collections.nCopies(1_000_000, 1), "1000000 extents."},
    };
  }

  @Test
  void shouldRejectAMatrixWhoseDataAreTooShort() {
    Tensor matrix = new Tensor(DataType.FLOAT32, List.of(2, 2), ByteBuffer.allocate(15));

    assertRejected(
        card(4, 2).setPositionalEncodingGaussianMatrix(matrix).build(),
        "FLOAT32 tensor of shape [2, 2] needs 16 bytes, but has 15.");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void shouldRejectAFrequencyThatIsNotFinite(float value) {
    Tensor matrix = tensor(List.of(2, 2), 1f, 2f, value, 3f);

    assertRejected(
        card(4, 2).setPositionalEncodingGaussianMatrix(matrix).build(),
        "Model card needs a finite positional_encoding_gaussian_matrix, but element 2 is " + value);
  }

  private static void assertRejected(ModelCard card, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelCardReader.denseEmbeddingPositionalEncoding(card))
        .withMessageContaining(message);
  }

  private static ModelCard.Builder card(int width, int grid) {
    Tensor none = tensor(List.of(0));
    return ModelCard.newBuilder()
        .setModelId("m")
        .setFamily("sam")
        .setSource("test")
        .setInputSize(1024)
        .setGridSize(grid)
        .setMaskInputSize(256)
        .setEmbeddingWidth(width)
        .setPositionalEncodingGaussianMatrix(none)
        .setNoMaskEmbed(none)
        .setProjection(new Projection(none, none));
  }

  private static Tensor tensor(List<Integer> shape, float... elements) {
    ByteBuffer data =
        ByteBuffer.allocate(elements.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(elements);
    return new Tensor(DataType.FLOAT32, shape, data);
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
