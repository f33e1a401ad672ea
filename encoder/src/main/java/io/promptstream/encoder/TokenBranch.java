package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The sparse branch, {@code _embed_points} and {@code _embed_boxes} of {@code segment_anything}, in
 * its fast form: the points of a whole list of prompts as one matrix. C is the embedding width.
 *
 * <p>A token is the {@link PositionalEncoding} of its point plus the embedding of its label. The
 * embedding of padding is {@code not_a_point} itself and needs no network: its bytes are copied.
 *
 * <p>Not thread-safe.
 */
final class TokenBranch {
  private static final int NOT_A_POINT = PointLabel.NOT_A_POINT.label();
  private static final int LABELS = 4;
  private static final int INPUTS = PositionalEncoding.INPUTS;

  /**
   * Rows are padded to a multiple of this: other matrix heights may use kernels that round
   * differently.
   */
  private static final int ROW_MULTIPLE = 8;

  private static final byte[] EMPTY = {};

  private final NDManager manager;
  private final EmbeddingBytes wire;
  private final int inputSize;
  private final int width;
  private final byte[] notAPoint;

  private final PositionalEncoding positionalEncoding;

  /** {@code point_embeddings}: [4, C]. */
  private final NDArray pointEmbeddings;

  /** [rows, 3]: 2x − 1, 2y − 1 and 1. */
  private final ByteBuffer inputs;

  /** [rows], int32. */
  private final ByteBuffer labels;

  private final byte[][] targets;
  private final int[] offsets;
  private int rows;

  TokenBranch(
      NDManager manager,
      PromptEncoderWeights weights,
      int inputSize,
      EmbeddingBytes wire,
      int rowsPerPass) {
    this.manager = manager;
    this.wire = wire;
    this.inputSize = inputSize;
    width = weights.embeddingWidth();
    notAPoint = wire.vector(manager, weights.values(PromptEncoderTensor.NOT_A_POINT));
    positionalEncoding =
        new PositionalEncoding(manager, weights.values(PromptEncoderTensor.GAUSSIAN_MATRIX));
    pointEmbeddings = manager.create(
        weights.values(PromptEncoderTensor.POINT_EMBEDDINGS), new Shape(LABELS, width));
    int capacity = (rowsPerPass + ROW_MULTIPLE - 1) / ROW_MULTIPLE * ROW_MULTIPLE;
    inputs = manager.allocateDirect(capacity * INPUTS * Float.BYTES);
    labels = manager.allocateDirect(capacity * Integer.BYTES);
    targets = new byte[capacity][];
    Arrays.fill(targets, EMPTY);
    offsets = new int[capacity];
  }

  /** Returns [tokens, C] for each prompt, each in a separate array. */
  List<EmbeddingTensor> encode(List<FramedPrompt> prompts) {
    List<EmbeddingTensor> tokens = new ArrayList<>(prompts.size());
    for (FramedPrompt prompt : prompts) {
      byte[] target = new byte[Math.multiplyExact(prompt.tokens(), notAPoint.length)];
      addTokens(prompt, target);
      tokens.add(new EmbeddingTensor(
          wire.dataType(), List.of(prompt.tokens(), width), ByteBuffer.wrap(target)));
    }
    pass();
    return tokens;
  }

  private void addTokens(FramedPrompt prompt, byte[] target) {
    for (int t = 0; t < prompt.tokens(); t++) {
      int offset = t * notAPoint.length;
      int label = prompt.labels()[t];
      if (label == NOT_A_POINT) {
        System.arraycopy(notAPoint, 0, target, offset, notAPoint.length);
        continue;
      }
      if (rows == offsets.length) {
        pass();
      }
      targets[rows] = target;
      offsets[rows] = offset;
      setRow(
          normalised(prompt.coordinates()[2 * t]),
          normalised(prompt.coordinates()[2 * t + 1]),
          1,
          label);
    }
  }

  /** 2c − 1, with the same operations in the same order as the official code. */
  private float normalised(float pixels) {
    return 2 * ((pixels + 0.5f) / inputSize) - 1;
  }

  private void setRow(float x, float y, float one, int label) {
    int offset = rows * INPUTS * Float.BYTES;
    inputs.putFloat(offset, x);
    inputs.putFloat(offset + Float.BYTES, y);
    inputs.putFloat(offset + 2 * Float.BYTES, one);
    labels.putInt(rows * Integer.BYTES, label);
    rows++;
  }

  /** Encodes the collected rows and copies the tokens to their targets. */
  private void pass() {
    int points = rows;
    if (points == 0) {
      return;
    }
    while (rows % ROW_MULTIPLE != 0) {
      setRow(0, 0, 0, 0);
    }
    try (NDArray tokens = embed(rows)) {
      wire.read(tokens, host -> scatter(host, points));
    } finally {
      Arrays.fill(targets, 0, points, EMPTY);
      rows = 0;
    }
  }

  /** Returns [rows, C] for the first rows of the buffers. */
  private NDArray embed(int rows) {
    NDArray tokens = positionalEncoding(rows);
    labels.limit(rows * Integer.BYTES);
    try (NDArray index = manager.create(labels, new Shape(rows), DataType.INT32);
        NDArray added = index
            .getNDArrayInternal()
            .embedding(index, pointEmbeddings, SparseFormat.DENSE)
            .singletonOrThrow()) {
      return tokens.addi(added);
    } finally {
      labels.clear();
    }
  }

  private NDArray positionalEncoding(int rows) {
    inputs.limit(rows * INPUTS * Float.BYTES);
    // On the CPU the array shares the buffer's memory: close it before the buffer is overwritten.
    try (NDArray points = manager.create(inputs, new Shape(rows, INPUTS), DataType.FLOAT32)) {
      return positionalEncoding.encode(points);
    } finally {
      inputs.clear();
    }
  }

  /** Copies adjacent tokens of a prompt in one call. */
  private void scatter(ByteBuffer host, int points) {
    int first = 0;
    while (first < points) {
      byte[] target = targets[first];
      int next = first + 1;
      while (next < points
          && targets[next] == target
          && offsets[next] == offsets[next - 1] + notAPoint.length) {
        next++;
      }
      wire.copy(host, first * width, target, offsets[first], (next - first) * width);
      first = next;
    }
  }
}
