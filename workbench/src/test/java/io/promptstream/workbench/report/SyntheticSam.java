package io.promptstream.workbench.report;

import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.Profile;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * SAM's prompt encoder in plain Java with random weights: an oracle for the content of a report,
 * and a source of records for it.
 */
final class SyntheticSam {
  static final int SIDE = 64;
  static final int WIDTH = 256;

  private static final int FEATURES = WIDTH / 2;
  private static final int MASK_SIDE = 4 * SIDE;
  private static final int MASK_CHANNELS = 16;
  private static final int INPUT = 1024;
  private static final int PADDING = -1;

  private final double[][] gaussian = new double[2][FEATURES];
  private final double[][] pointEmbeddings = new double[4][WIDTH];
  private final double[] notAPoint = new double[WIDTH];
  private final float[] projection = new float[WIDTH * MASK_CHANNELS];

  SyntheticSam(long seed) {
    Random random = new Random(seed);
    for (double[] row : gaussian) {
      fill(row, random, 1);
    }
    for (double[] row : pointEmbeddings) {
      fill(row, random, 0.3);
    }
    fill(notAPoint, random, 0.3);
    for (int i = 0; i < projection.length; i++) {
      projection[i] = (float) random.nextGaussian();
    }
  }

  EncoderInfo info(boolean randomWeights) {
    return new EncoderInfo(
        randomWeights ? "seed-7-abcdef12" : "0123456789ab",
        randomWeights,
        Profile.SAM,
        WIDTH,
        MASK_CHANNELS,
        "cpu()",
        io.promptstream.encoder.DataType.FLOAT32,
        DenseFormat.FACTORED,
        1000);
  }

  PositionalGrid grid() {
    return new PositionalGrid(SIDE, WIDTH, densePositionalEncoding());
  }

  float[] densePositionalEncoding() {
    float[] dense = new float[WIDTH * SIDE * SIDE];
    for (int cell = 0; cell < SIDE * SIDE; cell++) {
      double[] encoding = positionalEncoding(centre(cell % SIDE, SIDE), centre(cell / SIDE, SIDE));
      for (int channel = 0; channel < WIDTH; channel++) {
        dense[channel * SIDE * SIDE + cell] = (float) encoding[channel];
      }
    }
    return dense;
  }

  /** Returns the token of a position in the model frame; label −1 is padding. */
  float[] token(double x, double y, int label) {
    double[] encoding = positionalEncoding((x + 0.5) / INPUT, (y + 0.5) / INPUT);
    float[] token = new float[WIDTH];
    for (int channel = 0; channel < WIDTH; channel++) {
      token[channel] = (float)
          (label == PADDING
              ? notAPoint[channel]
              : encoding[channel] + pointEmbeddings[label][channel]);
    }
    return token;
  }

  float[] padding() {
    return token(0, 0, PADDING);
  }

  PromptResult encode(PromptEvent event, double millis) {
    SparseEmbedding sparse = new SparseEmbedding(
        event.getPromptId(), event.getImageId(), null, "m", event.getImageSize(), sparse(event));
    DenseEmbedding dense = dense(event);
    return new PromptResult(event, sparse, dense, new RecordSizes(120, 2142, 1130), millis);
  }

  static PromptEvent event(
      String id, @Nullable ImageSize size, List<Point> points, @Nullable Box box) {
    return builder(id, size, points, box).build();
  }

  static PromptEvent withMask(PromptEvent event) {
    return builder(event.getPromptId(), event.getImageSize(), event.getPoints(), event.getBox())
        .setMask(roundMask())
        .build();
  }

  private static PromptEvent.Builder builder(
      String id, @Nullable ImageSize size, List<Point> points, @Nullable Box box) {
    PromptEvent.Builder event =
        PromptEvent.newBuilder().setPromptId(id).setImageId("image-1").setPoints(points);
    if (size != null) {
      event.setImageSize(size);
    }
    if (box != null) {
      event.setBox(box);
    }
    return event;
  }

  static Point foreground(double x, double y) {
    return new Point(x, y, PointLabel.FOREGROUND);
  }

  static Point background(double x, double y) {
    return new Point(x, y, PointLabel.BACKGROUND);
  }

  /** Returns a disc around (0.4, 0.3) of the model frame. */
  private static LogitsMask roundMask() {
    float[] logits = new float[MASK_SIDE * MASK_SIDE];
    for (int i = 0; i < logits.length; i++) {
      double x = centre(i % MASK_SIDE, MASK_SIDE) - 0.4;
      double y = centre(i / MASK_SIDE, MASK_SIDE) - 0.3;
      logits[i] = (float) (40 * (0.18 - Math.hypot(x, y)));
    }
    return new LogitsMask(DataType.FLOAT32, MASK_SIDE, MASK_SIDE, littleEndian(logits));
  }

  private Tensor sparse(PromptEvent event) {
    ImageSize size = event.getImageSize();
    double scale = size == null ? 1 : (double) INPUT / Math.max(size.getHeight(), size.getWidth());
    Box box = event.getBox();
    int tokens = event.getPoints().size() + (box != null ? 2 : event.getPoints().isEmpty() ? 0 : 1);
    float[] values = new float[tokens * WIDTH];
    int at = 0;
    for (Point point : event.getPoints()) {
      int label = point.getLabel() == PointLabel.FOREGROUND ? 1 : 0;
      at = put(values, at, token(point.getX() * scale, point.getY() * scale, label));
    }
    if (box != null) {
      at = put(values, at, token(box.getXMin() * scale, box.getYMin() * scale, 2));
      put(values, at, token(box.getXMax() * scale, box.getYMax() * scale, 3));
    } else if (tokens > 0) {
      put(values, at, padding());
    }
    return tensor(values, tokens, WIDTH);
  }

  private DenseEmbedding dense(PromptEvent event) {
    DenseEmbedding.Builder dense = DenseEmbedding.newBuilder()
        .setPromptId(event.getPromptId())
        .setImageId(event.getImageId())
        .setModelId("m")
        .setShape(List.of(WIDTH, SIDE, SIDE));
    if (!(event.getMask() instanceof LogitsMask mask)) {
      return dense
          .setEncoding(DenseEncoding.NO_MASK)
          .setValues(tensor(new float[WIDTH], WIDTH))
          .build();
    }
    return dense
        .setEncoding(DenseEncoding.FACTORED)
        .setValues(tensor(maskActivations(mask), MASK_CHANNELS, SIDE, SIDE))
        .setProjection(new Projection(
            tensor(projection, WIDTH, MASK_CHANNELS), tensor(new float[WIDTH], WIDTH)))
        .build();
  }

  /** Maps one of the 4×4 logits of each cell, squashed, to each channel. */
  private static float[] maskActivations(LogitsMask mask) {
    var logits = mask.getLogits().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    float[] values = new float[MASK_CHANNELS * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      int channel = i / (SIDE * SIDE);
      int row = 4 * (i / SIDE % SIDE) + channel / 4;
      int column = 4 * (i % SIDE) + channel % 4;
      values[i] = (float) Math.tanh(logits.get(row * MASK_SIDE + column));
    }
    return values;
  }

  private double[] positionalEncoding(double x, double y) {
    double[] encoding = new double[WIDTH];
    for (int i = 0; i < FEATURES; i++) {
      double angle = 2 * Math.PI * ((2 * x - 1) * gaussian[0][i] + (2 * y - 1) * gaussian[1][i]);
      encoding[i] = Math.sin(angle);
      encoding[FEATURES + i] = Math.cos(angle);
    }
    return encoding;
  }

  private static double centre(int index, int side) {
    return (index + 0.5) / side;
  }

  private static int put(float[] values, int at, float[] token) {
    System.arraycopy(token, 0, values, at, token.length);
    return at + token.length;
  }

  private static Tensor tensor(float[] values, Integer... shape) {
    return new Tensor(DataType.FLOAT32, List.of(shape), littleEndian(values));
  }

  private static ByteBuffer littleEndian(float[] values) {
    ByteBuffer data = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return data;
  }

  private static void fill(double[] values, Random random, double scale) {
    for (int i = 0; i < values.length; i++) {
      values[i] = scale * random.nextGaussian();
    }
  }
}
