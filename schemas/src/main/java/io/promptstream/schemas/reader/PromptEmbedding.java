package io.promptstream.schemas.reader;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.reader.Pairing.EventKey;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Both embeddings of one prompt, as the inputs of a mask decoder. Arrays are row-major and new for
 * each call, except {@link #imagePe}.
 *
 * <p>Close it when its result is safe: committed offsets pass a prompt only after it is closed.
 * Thread-safe.
 */
public final class PromptEmbedding implements AutoCloseable {
  private final Pairing pairing;
  private final EventKey event;
  private final Half<SparseEmbedding> sparse;
  private final Half<DenseEmbedding> dense;

  PromptEmbedding(
      Pairing pairing, EventKey event, Half<SparseEmbedding> sparse, Half<DenseEmbedding> dense) {
    this.pairing = pairing;
    this.event = event;
    this.sparse = sparse;
    this.dense = dense;
  }

  /** Returns the id of the prompt. */
  public String promptId() {
    return sparse.record().getPromptId();
  }

  /** Returns the id of the image. */
  public String imageId() {
    return sparse.record().getImageId();
  }

  /** Returns the id of the object, or null if the event did not give it. */
  public @Nullable String objectId() {
    return sparse.record().getObjectId();
  }

  /** Returns the size of the image, or null if the event did not give it. */
  public @Nullable ImageSize imageSize() {
    return sparse.record().getImageSize();
  }

  /** Returns the key of the event, by convention the image id; null if it has none. */
  public byte @Nullable [] key() {
    byte[] key = sparse.key();
    return key == null ? null : key.clone();
  }

  /** Returns the partition of the event in the input topic. */
  public int partition() {
    return pairing.sparse().partition().partition();
  }

  /** Returns the offset of the event in the input topic. */
  public long offset() {
    return event.offset();
  }

  /** Returns the card of the model that made the embeddings. */
  public ModelCard card() {
    return sparse.model().card();
  }

  /**
   * Returns the tokens [tokens, embedding width], {@code sparse_prompt_embeddings} of one prompt.
   *
   * @throws IllegalArgumentException if the record is inconsistent or contradicts the card
   */
  public float[][] sparse() {
    Tensor tensor = sparse.record().getEmbedding();
    List<Integer> shape = tensor.getShape();
    int width = card().getEmbeddingWidth();
    if (shape.size() != 2 || shape.get(1) != width) {
      throw new IllegalArgumentException(
          "Sparse embedding needs shape [tokens, %d], as its model card says, but has %s."
              .formatted(width, Shapes.describe(shape)));
    }
    float[] values = TensorReader.floats(tensor);
    float[][] tokens = new float[values.length / width][];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = Arrays.copyOfRange(values, i * width, (i + 1) * width);
    }
    return tokens;
  }

  /**
   * Expands the dense embedding to [embedding width, grid, grid], {@code dense_prompt_embeddings}
   * of one prompt.
   *
   * @throws IllegalArgumentException if the record is inconsistent or contradicts the card
   */
  public float[] dense() {
    return DenseEmbeddingReader.expand(dense.record(), card());
  }

  /**
   * Returns {@code image_pe} [embedding width, grid, grid]. All prompts of a model share the array,
   * so do not write to it.
   */
  public float[] imagePe() {
    return sparse.model().imagePe();
  }

  /** Returns how the dense embedding is encoded; {@code NO_MASK} if the prompt has no mask. */
  public DenseEncoding denseEncoding() {
    return dense.record().getEncoding();
  }

  /** Returns the offset of the sparse embedding in its topic. */
  public long sparseOffset() {
    return sparse.offset();
  }

  /** Returns the offset of the dense embedding in its topic. */
  public long denseOffset() {
    return dense.offset();
  }

  /** Returns the size of the sparse embedding's record, in bytes. */
  public int sparseBytes() {
    return sparse.bytes();
  }

  /** Returns the size of the dense embedding's record, in bytes. */
  public int denseBytes() {
    return dense.bytes();
  }

  /** Marks the prompt as finished. Closing it twice has no effect. */
  @Override
  public void close() {
    pairing.sparse().finish(sparse);
    pairing.dense().finish(dense);
  }
}
