package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The mask branch, {@code mask_downscaling} of {@code segment_anything}, in its fast form: matrix
 * products over planes. M is the number of mask channels, m a quarter of it, C the embedding width
 * and G the side of the grid.
 *
 * <p>In the textbook form, kernels are as large as their strides, so each cell of the grid depends
 * only on its own block of 4×4 logits. With the 16 logits of a block as channels, [16, G·G], both
 * convolutions are matrices, which {@link MaskMatrices} derives. The first bias is the column that
 * is multiplied by a plane of ones. The centring of a layer norm is linear and is therefore
 * included in the matrix before it; the rest of the layer norm is y / √(mean y² + ε) · weight +
 * bias.
 *
 * <p>Not thread-safe.
 */
final class MaskBranch {
  private static final float EPS = 1e-6f;
  private static final int BLOCK = 4;

  private final NDManager manager;
  private final EmbeddingBytes wire;
  private final DenseFormat format;
  private final int grid;
  private final int cells;
  private final int masksPerPass;

  /**
   * [4m, 17]: rows by channel, then by position in the 2×2 block that the second convolution joins.
   */
  private final NDArray conv1;

  private final Norm layerNorm1;

  /** [M, 4m]. */
  private final NDArray conv2;

  /** [M, 1]. */
  private final NDArray conv2Bias;

  private final Norm layerNorm2;

  /** [C, M + 1], the bias last. */
  private final NDArray conv3;

  /** [1, 1, G·G]. */
  private final NDArray ones;

  /** [1]. */
  private final NDArray eps;

  /** [masks, 17, G·G]: 16 planes of logits and one of ones. */
  private final ByteBuffer planes;

  /**
   * The part of a layer norm that follows the centring.
   *
   * @param mean [1, channels], each element 1 / channels
   * @param weight [channels, 1]
   * @param bias [channels, 1]
   */
  private record Norm(NDArray mean, NDArray weight, NDArray bias) {}

  MaskBranch(
      NDManager manager,
      PromptEncoderWeights weights,
      EncoderInfo info,
      EmbeddingBytes wire,
      int masksPerPass) {
    this.manager = manager;
    this.wire = wire;
    this.format = info.denseFormat();
    this.masksPerPass = masksPerPass;
    grid = info.profile().gridSize();
    cells = grid * grid;
    MaskMatrices matrices = MaskMatrices.of(weights);
    conv1 = matrix(matrices.conv1(), 4 * matrices.quarter());
    layerNorm1 = norm(
        weights.values(PromptEncoderTensor.LAYER_NORM_1_WEIGHT),
        weights.values(PromptEncoderTensor.LAYER_NORM_1_BIAS));
    conv2 = matrix(matrices.conv2(), info.maskChannels());
    conv2Bias = matrix(matrices.conv2Bias(), info.maskChannels());
    layerNorm2 = norm(
        weights.values(PromptEncoderTensor.LAYER_NORM_2_WEIGHT),
        weights.values(PromptEncoderTensor.LAYER_NORM_2_BIAS));
    conv3 = matrix(matrices.conv3(), info.embeddingWidth());
    ones = manager.ones(new Shape(1, 1, cells));
    eps = manager.create(new float[] {EPS});
    planes = manager.allocateDirect(
        Math.multiplyExact(masksPerPass * (BLOCK * BLOCK + 1), cells * Float.BYTES));
    FloatBuffer floats = planes.asFloatBuffer();
    while (floats.hasRemaining()) {
      floats.put(1); // the planes of logits are overwritten, the plane of ones stays
    }
  }

  private NDArray matrix(float[] values, int rows) {
    return manager.create(values, new Shape(rows, values.length / rows));
  }

  private Norm norm(float[] weight, float[] bias) {
    int channels = weight.length;
    return new Norm(
        manager.full(new Shape(1, channels), 1f / channels),
        matrix(weight, channels),
        matrix(bias, channels));
  }

  /**
   * Encodes masks.
   *
   * @param masks [4G, 4G] logits each
   * @return [M, G, G] or, in full format, [C, G, G] for each, in a separate array
   */
  List<EmbeddingTensor> encode(List<float[]> masks) {
    List<EmbeddingTensor> encoded = new ArrayList<>(masks.size());
    for (int first = 0; first < masks.size(); first += masksPerPass) {
      pass(masks.subList(first, Math.min(masks.size(), first + masksPerPass)), encoded);
    }
    return encoded;
  }

  private void pass(List<float[]> masks, List<EmbeddingTensor> encoded) {
    FloatBuffer floats = planes.asFloatBuffer();
    for (int k = 0; k < masks.size(); k++) {
      fillPlanes(masks.get(k), floats, k * (BLOCK * BLOCK + 1) * cells);
    }
    try (NDArray activations = activations(masks.size())) {
      if (format == DenseFormat.FACTORED) {
        read(activations, encoded);
      } else {
        try (NDArray projected = project(activations)) {
          read(projected, encoded);
        }
      }
    }
  }

  /**
   * Writes the logits in row i and column j of every block to plane 4i + j.
   *
   * @param first index of the first element of plane 0
   */
  private void fillPlanes(float[] mask, FloatBuffer floats, int first) {
    int side = BLOCK * grid;
    for (int row = 0; row < side; row++) {
      int plane = first + row % BLOCK * BLOCK * cells + row / BLOCK * grid;
      int logits = row * side;
      for (int column = 0; column < grid; column++) {
        floats.put(plane + column, mask[logits + BLOCK * column]);
        floats.put(plane + cells + column, mask[logits + BLOCK * column + 1]);
        floats.put(plane + 2 * cells + column, mask[logits + BLOCK * column + 2]);
        floats.put(plane + 3 * cells + column, mask[logits + BLOCK * column + 3]);
      }
    }
  }

  /** Returns the input of the last convolution for the first masks in the planes: [K, M, G·G]. */
  private NDArray activations(int masks) {
    try (NDArray h = conv2Input(masks);
        NDArray byCell = h.reshape(masks, -1, cells); // [K, 4m, G·G]
        NDArray z = conv2.matMul(byCell)) { // [K, M, G·G]
      return normAndGelu(z.addi(conv2Bias), layerNorm2);
    }
  }

  /** Returns the input of the second convolution: [K, m, 4·G·G]. */
  private NDArray conv2Input(int masks) {
    Shape shape = new Shape(masks, BLOCK * BLOCK + 1, cells);
    planes.limit(Math.toIntExact(shape.size() * Float.BYTES));
    // On the CPU the array shares the buffer's memory: close it before the buffer is overwritten.
    try (NDArray x = manager.create(planes, shape, DataType.FLOAT32);
        NDArray y = conv1.matMul(x); // [K, 4m, G·G]
        NDArray byChannel = y.reshape(masks, -1, 4L * cells)) { // [K, m, 4·G·G]
      return normAndGelu(byChannel, layerNorm1);
    } finally {
      planes.clear();
    }
  }

  /** Overwrites {@code centred} [K, channels, N]; returns a new array of the same shape. */
  private NDArray normAndGelu(NDArray centred, Norm norm) {
    try (NDArray squares = centred.square();
        NDArray variance = norm.mean().matMul(squares); // [K, 1, N]
        NDArray deviation = variance.addi(eps).sqrt()) {
      return Activation.gelu(centred.divi(deviation).muli(norm.weight()).addi(norm.bias()));
    }
  }

  /** Applies the last convolution: [K, M, G·G] to [K, C, G·G]. */
  private NDArray project(NDArray activations) {
    try (NDArray one = ones.broadcast(activations.getShape().get(0), 1, cells);
        NDArray x = NDArrays.concat(new NDList(activations, one), 1)) {
      return conv3.matMul(x);
    }
  }

  private void read(NDArray dense, List<EmbeddingTensor> encoded) {
    int masks = Math.toIntExact(dense.getShape().get(0));
    int channels = Math.toIntExact(dense.getShape().get(1));
    int elements = Math.multiplyExact(channels, cells);
    wire.read(dense, host -> {
      for (int k = 0; k < masks; k++) {
        byte[] target = new byte[Math.multiplyExact(elements, wire.dataType().bytes())];
        wire.copy(host, k * elements, target, 0, elements);
        encoded.add(new EmbeddingTensor(
            wire.dataType(), List.of(channels, grid, grid), ByteBuffer.wrap(target)));
      }
    });
  }
}
