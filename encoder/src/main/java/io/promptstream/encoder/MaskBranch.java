package io.promptstream.encoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights.MaskDownscalingWeights;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The mask branch, {@code mask_downscaling} of {@code segment_anything}, in its fast form: matrix
 * products over planes. M stands for the mask channels, m for a quarter of them, C for the
 * embedding width, G for the grid.
 *
 * <p>From the textbook form: kernels are as large as their strides, so each place of the grid
 * depends on its own block of 4×4 logits alone. With the 16 logits of a block as channels, [16,
 * G·G], both convolutions are matrices ({@link MaskMatrices} derives them), and the first bias is
 * the column that meets a plane of ones. A layer norm's centring is linear and so is part of the
 * matrix before it; what remains is y / √(mean y² + ε) · weight + bias.
 *
 * <p>For one thread at a time.
 */
final class MaskBranch {
  private static final float EPS = 1e-6f;
  private static final int BLOCK = 4;

  private final NDManager manager;
  private final EmbeddingBytes wire;
  private final DenseFormat format;
  private final int grid;
  private final int places;
  private final int masksOfAPass;

  /** [4m, 17]: rows by channel, then by place in the 2×2 that the second convolution joins. */
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

  /** [masks, 17, G·G]: the planes of the logits, and one of ones. */
  private final ByteBuffer planes;

  /**
   * What a layer norm does to centred channels.
   *
   * @param mean [1, channels], one over their number each
   * @param weight [channels, 1]
   * @param bias [channels, 1]
   */
  private record Norm(NDArray mean, NDArray weight, NDArray bias) {}

  MaskBranch(
      NDManager manager,
      MaskDownscalingWeights weights,
      EncoderInfo info,
      EmbeddingBytes wire,
      int masksOfAPass) {
    this.manager = manager;
    this.wire = wire;
    this.format = info.denseFormat();
    this.masksOfAPass = masksOfAPass;
    grid = info.profile().gridSize();
    places = grid * grid;
    MaskMatrices matrices = MaskMatrices.of(weights);
    conv1 = matrix(matrices.conv1(), 4 * matrices.quarter());
    layerNorm1 =
        norm(weights.layerNorm1Weight().values(), weights.layerNorm1Bias().values());
    conv2 = matrix(matrices.conv2(), info.maskChannels());
    conv2Bias = matrix(matrices.conv2Bias(), info.maskChannels());
    layerNorm2 =
        norm(weights.layerNorm2Weight().values(), weights.layerNorm2Bias().values());
    conv3 = matrix(matrices.conv3(), info.embeddingWidth());
    ones = manager.ones(new Shape(1, 1, places));
    eps = manager.create(new float[] {EPS});
    planes = manager.allocateDirect(
        Math.multiplyExact(masksOfAPass * (BLOCK * BLOCK + 1), places * Float.BYTES));
    FloatBuffer floats = planes.asFloatBuffer();
    while (floats.hasRemaining()) {
      floats.put(1); // the logits' planes are overwritten, the one of ones stays
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
   * @return [M, G, G] or, in full format, [C, G, G] for each, in memory of its own
   */
  List<EmbeddingTensor> encode(List<float[]> masks) {
    List<EmbeddingTensor> encoded = new ArrayList<>(masks.size());
    for (int first = 0; first < masks.size(); first += masksOfAPass) {
      pass(masks.subList(first, Math.min(masks.size(), first + masksOfAPass)), encoded);
    }
    return encoded;
  }

  private void pass(List<float[]> masks, List<EmbeddingTensor> encoded) {
    FloatBuffer floats = planes.asFloatBuffer();
    for (int k = 0; k < masks.size(); k++) {
      fillPlanes(masks.get(k), floats, k * (BLOCK * BLOCK + 1) * places);
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
   * Writes plane 4i + j with the logits in row i and column j of every block.
   *
   * @param first where plane 0 begins
   */
  private void fillPlanes(float[] mask, FloatBuffer floats, int first) {
    int side = BLOCK * grid;
    for (int row = 0; row < side; row++) {
      int plane = first + row % BLOCK * BLOCK * places + row / BLOCK * grid;
      int logits = row * side;
      for (int column = 0; column < grid; column++) {
        floats.put(plane + column, mask[logits + BLOCK * column]);
        floats.put(plane + places + column, mask[logits + BLOCK * column + 1]);
        floats.put(plane + 2 * places + column, mask[logits + BLOCK * column + 2]);
        floats.put(plane + 3 * places + column, mask[logits + BLOCK * column + 3]);
      }
    }
  }

  /** Everything before the last convolution, of the first masks in the planes: [K, M, G·G]. */
  private NDArray activations(int masks) {
    try (NDArray h = halved(masks);
        NDArray byPlace = h.reshape(masks, -1, places); // [K, 4m, G·G]
        NDArray z = conv2.matMul(byPlace)) { // [K, M, G·G]
      return normAndGelu(z.addi(conv2Bias), layerNorm2);
    }
  }

  /** Everything before the second convolution: [K, m, 4·G·G]. */
  private NDArray halved(int masks) {
    Shape shape = new Shape(masks, BLOCK * BLOCK + 1, places);
    planes.limit(Math.toIntExact(shape.size() * Float.BYTES));
    // On the CPU the array is the buffer itself, and must be gone before this is rewritten.
    try (NDArray x = manager.create(planes, shape, DataType.FLOAT32);
        NDArray y = conv1.matMul(x); // [K, 4m, G·G]
        NDArray byChannel = y.reshape(masks, -1, 4L * places)) { // [K, m, 4·G·G]
      return normAndGelu(byChannel, layerNorm1);
    } finally {
      planes.clear();
    }
  }

  /** Overwrites {@code centred} [K, channels, N]; returns another array of its shape. */
  private NDArray normAndGelu(NDArray centred, Norm norm) {
    try (NDArray squares = centred.square();
        NDArray variance = norm.mean().matMul(squares); // [K, 1, N]
        NDArray deviation = variance.addi(eps).sqrt()) {
      return Activation.gelu(centred.divi(deviation).muli(norm.weight()).addi(norm.bias()));
    }
  }

  /** The last convolution: [K, M, G·G] to [K, C, G·G]. */
  private NDArray project(NDArray activations) {
    try (NDArray one = ones.broadcast(activations.getShape().get(0), 1, places);
        NDArray x = NDArrays.concat(new NDList(activations, one), 1)) {
      return conv3.matMul(x);
    }
  }

  private void read(NDArray dense, List<EmbeddingTensor> encoded) {
    int masks = Math.toIntExact(dense.getShape().get(0));
    int channels = Math.toIntExact(dense.getShape().get(1));
    int elements = Math.multiplyExact(channels, places);
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
