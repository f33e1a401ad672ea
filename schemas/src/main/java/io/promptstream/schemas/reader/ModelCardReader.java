package io.promptstream.schemas.reader;

import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Tensor;
import java.util.List;

/** Converts a model card to the inputs of a mask decoder. */
public final class ModelCardReader {
  private ModelCardReader() {}

  /**
   * Returns the positional encoding of the grid of image embeddings, the input {@code image_pe} of
   * a mask decoder: {@code get_dense_pe()} of the official code, also in float32.
   *
   * @return [embedding width, grid, grid], row-major
   * @throws IllegalArgumentException if the card is inconsistent, has a value that is not finite,
   *     or the encoding would be larger than {@link DenseEmbeddingReader#MAX_ELEMENTS}
   */
  public static float[] denseEmbeddingPositionalEncoding(ModelCard card) {
    List<Integer> shape = denseShape(card);
    int width = shape.get(0);
    if (width % 2 != 0) {
      throw new IllegalArgumentException(
          "Model card needs an even embedding_width, but has %d.".formatted(width));
    }
    float[] matrix = read(
        "positional_encoding_gaussian_matrix",
        card.getPositionalEncodingGaussianMatrix(),
        List.of(2, width / 2));
    return DensePositionalEncoding.forward(matrix, card.getGridSize());
  }

  /** Returns the shape of the model's dense embeddings: [embedding width, grid, grid]. */
  static List<Integer> denseShape(ModelCard card) {
    requirePositive("embedding_width", card.getEmbeddingWidth());
    requirePositive("grid_size", card.getGridSize());
    List<Integer> shape = List.of(card.getEmbeddingWidth(), card.getGridSize(), card.getGridSize());
    long elements = Shapes.elements(shape);
    if (elements > DenseEmbeddingReader.MAX_ELEMENTS) {
      throw new IllegalArgumentException(
          "Model card has dense embeddings of shape %s with %d elements, more than %d."
              .formatted(shape, elements, DenseEmbeddingReader.MAX_ELEMENTS));
    }
    return shape;
  }

  /** Returns the number of input channels of the projection. */
  static int maskChannels(ModelCard card) {
    List<Integer> shape = card.getProjection().getWeight().getShape();
    if (shape.size() != 2 || shape.get(1) <= 0) {
      throw new IllegalArgumentException(
          "Model card needs projection weight of shape [%d, mask channels], but has %s."
              .formatted(card.getEmbeddingWidth(), Shapes.describe(shape)));
    }
    return shape.get(1);
  }

  /** Returns [embedding width, mask channels]. */
  static float[] projectionWeight(ModelCard card) {
    List<Integer> shape = List.of(card.getEmbeddingWidth(), maskChannels(card));
    return read("projection weight", card.getProjection().getWeight(), shape);
  }

  /** Returns [embedding width]. */
  static float[] projectionBias(ModelCard card) {
    return read(
        "projection bias", card.getProjection().getBias(), List.of(card.getEmbeddingWidth()));
  }

  private static void requirePositive(String field, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(
          "Model card needs a positive %s, but has %d.".formatted(field, value));
    }
  }

  private static float[] read(String name, Tensor tensor, List<Integer> shape) {
    if (!tensor.getShape().equals(shape)) {
      throw new IllegalArgumentException("Model card needs %s of shape %s, but has %s."
          .formatted(name, shape, Shapes.describe(tensor.getShape())));
    }
    float[] values = TensorReader.floats(tensor);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "Model card needs a finite %s, but element %d is %s.".formatted(name, i, values[i]));
      }
    }
    return values;
  }
}
