package io.promptstream.schemas.reader;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import java.util.Arrays;
import java.util.List;

/** Expands dense embeddings to the inputs of a mask decoder. */
public final class DenseEmbeddingReader {
  /**
   * The largest embedding that {@link #expand(DenseEmbedding)} returns, in elements: 16 times the
   * size of SAM's. The limit exists because a record of a few bytes can claim any size.
   */
  public static final int MAX_ELEMENTS = 1 << 24;

  private static final int MAX_NAME = 100;

  private DenseEmbeddingReader() {}

  /**
   * Returns the embedding [width, rows, columns], row-major, for any encoding.
   *
   * @throws IllegalArgumentException if the record is inconsistent, or the embedding would be
   *     larger than {@link #MAX_ELEMENTS}
   */
  public static float[] expand(DenseEmbedding embedding) {
    return expand(embedding, MAX_ELEMENTS);
  }

  /**
   * Returns the embedding [width, rows, columns], row-major, for any encoding.
   *
   * @param embedding the record
   * @param maxElements the largest embedding to return, in elements
   * @throws IllegalArgumentException if the record is inconsistent, or the embedding would be
   *     larger than {@code maxElements}
   */
  public static float[] expand(DenseEmbedding embedding, int maxElements) {
    List<Integer> shape = embedding.getShape();
    if (shape.size() != 3 || shape.stream().anyMatch(extent -> extent <= 0)) {
      throw new IllegalArgumentException(
          "Dense embedding needs a shape of 3 positive extents, but has %s."
              .formatted(Shapes.describe(shape)));
    }
    long elements = Shapes.elements(shape);
    if (elements > maxElements) {
      throw new IllegalArgumentException(
          "Dense embedding of shape %s has %d elements, more than %d."
              .formatted(shape, elements, maxElements));
    }
    if (embedding.getEncoding() != DenseEncoding.FACTORED && embedding.getProjection() != null) {
      throw new IllegalArgumentException(
          "Dense embedding of encoding %s has a projection.".formatted(embedding.getEncoding()));
    }
    return switch (embedding.getEncoding()) {
      case NO_MASK -> broadcast(embedding.getValues(), shape);
      case FACTORED -> project(embedding, shape);
      case FULL -> read("values", embedding.getValues(), shape);
      case UNKNOWN ->
        throw new IllegalArgumentException(
            "Dense embedding has an encoding that this version does not know.");
    };
  }

  /**
   * Returns the embedding [width, rows, columns], row-major, for any encoding. A factored embedding
   * is projected with the model card's projection, so the record needs none.
   *
   * @param embedding the record
   * @param card the card of the model that made the embedding
   * @throws IllegalArgumentException if the card is of another model, the record or the card is
   *     inconsistent, they contradict each other, the card's projection is not finite, or the
   *     embedding would be larger than {@link #MAX_ELEMENTS}
   */
  public static float[] expand(DenseEmbedding embedding, ModelCard card) {
    if (!embedding.getModelId().equals(card.getModelId())) {
      throw new IllegalArgumentException("Dense embedding has model_id %s, but the card has %s."
          .formatted(shortened(embedding.getModelId()), shortened(card.getModelId())));
    }
    List<Integer> shape = ModelCardReader.denseShape(card);
    if (!embedding.getShape().equals(shape)) {
      throw new IllegalArgumentException(
          "Dense embedding needs shape %s, as its model card says, but has %s."
              .formatted(shape, Shapes.describe(embedding.getShape())));
    }
    return embedding.getEncoding() == DenseEncoding.FACTORED
        ? project(embedding, card, shape)
        : expand(embedding);
  }

  /** Limits the length of a message: the name in a record can have any length. */
  static String shortened(String modelId) {
    return modelId.length() <= MAX_NAME ? modelId : modelId.substring(0, MAX_NAME) + "…";
  }

  private static float[] broadcast(Tensor values, List<Integer> shape) {
    float[] vector = read("values", values, shape.subList(0, 1));
    int cells = shape.get(1) * shape.get(2);
    float[] dense = new float[vector.length * cells];
    for (int c = 0; c < vector.length; c++) {
      Arrays.fill(dense, c * cells, (c + 1) * cells, vector[c]);
    }
    return dense;
  }

  private static float[] project(DenseEmbedding embedding, List<Integer> shape) {
    Projection projection = embedding.getProjection();
    if (projection == null) {
      throw new IllegalArgumentException("Dense embedding of encoding FACTORED has no projection.");
    }
    int width = shape.get(0);
    List<Integer> valuesShape = embedding.getValues().getShape();
    if (valuesShape.size() != 3 || valuesShape.get(0) <= 0) {
      throw new IllegalArgumentException(
          "Dense embedding of encoding FACTORED needs values of shape [mask channels, %d, %d], but has %s."
              .formatted(shape.get(1), shape.get(2), Shapes.describe(valuesShape)));
    }
    int channels = valuesShape.get(0);
    float[] values =
        read("values", embedding.getValues(), List.of(channels, shape.get(1), shape.get(2)));
    float[] weight = read("projection weight", projection.getWeight(), List.of(width, channels));
    float[] bias = read("projection bias", projection.getBias(), List.of(width));
    return Projector.project(weight, values, bias);
  }

  private static float[] project(DenseEmbedding embedding, ModelCard card, List<Integer> shape) {
    float[] weight = ModelCardReader.projectionWeight(card);
    float[] bias = ModelCardReader.projectionBias(card);
    int channels = ModelCardReader.maskChannels(card);
    float[] values =
        read("values", embedding.getValues(), List.of(channels, shape.get(1), shape.get(2)));
    return Projector.project(weight, values, bias);
  }

  private static float[] read(String name, Tensor tensor, List<Integer> shape) {
    if (!tensor.getShape().equals(shape)) {
      throw new IllegalArgumentException("Dense embedding needs %s of shape %s, but has %s."
          .formatted(name, shape, Shapes.describe(tensor.getShape())));
    }
    return TensorReader.floats(tensor);
  }
}
