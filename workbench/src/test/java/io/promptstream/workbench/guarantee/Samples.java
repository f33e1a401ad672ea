package io.promptstream.workbench.guarantee;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseEmbeddings;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.reader.TensorReader;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Valid and invalid events with their expected outcomes; the valid ones are encoded here, each
 * alone, before any fault.
 */
public final class Samples implements Source {
  /** {@code max.request.size} of the application under test, in bytes. */
  public static final int MAX_REQUEST_SIZE = 400_000;

  /** Maximum number of points that it accepts. */
  public static final int MAX_POINTS = 50;

  /** Exceeds {@link #MAX_REQUEST_SIZE} together with a mask's dense embedding, but not alone. */
  private static final int LONG_ID = 150_000;

  /** Size of all images, in pixels. */
  static final int HEIGHT = 480;

  static final int WIDTH = 640;

  private static final int MASK_SIDE = 256;
  private static final int UNMASKED = 40;
  private static final int MASKED = 3;
  private static final int IMAGES = 200;

  private static final double BAD_SHARE = 0.04;
  private static final double MASKED_SHARE = 0.01;
  private static final double TOO_LARGE_SHARE = 0.001;

  private final List<Sample> unmasked = new ArrayList<>();
  private final List<Sample> masked = new ArrayList<>();
  private final List<Sample> bad = new ArrayList<>();
  private final Sample tooLarge;

  private Samples(Sample tooLarge) {
    this.tooLarge = tooLarge;
  }

  /** Generates random samples and encodes the valid ones, each alone. */
  public static Samples draw(long seed, PromptEncoder encoder) {
    Random random = new Random(seed);
    Samples samples = new Samples(tooLarge(random));
    for (int i = 0; i < UNMASKED; i++) {
      samples.unmasked.add(good(encoder, points(random), i % 4 == 0 ? box(random) : null, null));
    }
    for (int i = 0; i < MASKED; i++) {
      samples.masked.add(good(encoder, points(random), null, mask(random)));
    }
    samples.bad.addAll(bad());
    return samples;
  }

  private static List<Sample> bad() {
    Point notFinite = new Point(Double.NaN, 5.0, PointLabel.FOREGROUND);
    Point outside = new Point(5.0, HEIGHT + 0.5, PointLabel.FOREGROUND);
    return Stream.concat(
            undecodable().stream(),
            Stream.of(
                Sample.rejected(
                    number -> builder(number).setPoints(List.of(notFinite)).build(),
                    ErrorCode.COORDINATE_NOT_FINITE),
                Sample.rejected(
                    number -> builder(number).setPoints(List.of(outside)).build(),
                    ErrorCode.OUT_OF_IMAGE),
                Sample.rejected(
                    number -> builder(number).setModel("none of this name").build(),
                    ErrorCode.UNKNOWN_MODEL)))
        .toList();
  }

  /** Returns events that are neither a prompt nor an action. */
  static List<Sample> undecodable() {
    return List.of(Sample.undecodable("no event".getBytes(UTF_8)), Sample.undecodable(null));
  }

  private static Sample good(
      PromptEncoder encoder, List<Point> points, @Nullable Box box, @Nullable LogitsMask mask) {
    Encoded alone = encoded(encoder, points, box, mask == null ? null : logits(mask));
    return Sample.encoded(
        number -> builder(number).setPoints(points).setBox(box).setMask(mask).build(), alone);
  }

  /** Returns the embeddings of a prompt that is encoded alone. */
  static Encoded encoded(
      PromptEncoder encoder, List<Point> points, @Nullable Box box, @Nullable MaskLogits mask) {
    Prompt prompt = new Prompt(
        new ImageSize(HEIGHT, WIDTH),
        points.stream()
            .map(p -> new io.promptstream.encoder.Point(
                p.getX(),
                p.getY(),
                io.promptstream.encoder.PointLabel.valueOf(p.getLabel().name())))
            .toList(),
        box == null
            ? null
            : new io.promptstream.encoder.Box(
                box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()),
        mask);
    PromptEmbeddings alone = encoder.encode(List.of(encoder.frame(prompt))).get(0);
    return new Encoded(alone.sparse().data(), values(alone.dense()));
  }

  private static ByteBuffer values(DenseEmbeddings dense) {
    if (dense instanceof DenseEmbeddings.NoMask noMask) {
      return noMask.values().data();
    }
    if (dense instanceof DenseEmbeddings.Factored factored) {
      return factored.values().data();
    }
    return ((DenseEmbeddings.Full) dense).values().data();
  }

  private static MaskLogits logits(LogitsMask mask) {
    return new MaskLogits(
        MASK_SIDE,
        MASK_SIDE,
        TensorReader.floats(
            mask.getDataType(), (long) MASK_SIDE * MASK_SIDE, mask.getLogits().duplicate()));
  }

  private static List<Point> points(Random random) {
    return Stream.generate(() -> new Point(
            WIDTH * random.nextDouble(),
            HEIGHT * random.nextDouble(),
            random.nextBoolean() ? PointLabel.FOREGROUND : PointLabel.BACKGROUND))
        .limit(random.nextInt(6))
        .toList();
  }

  private static Box box(Random random) {
    double x = (WIDTH - 1) * random.nextDouble();
    double y = (HEIGHT - 1) * random.nextDouble();
    return new Box(x, y, x + (WIDTH - x) * random.nextDouble(), y + (HEIGHT - y) / 2);
  }

  private static LogitsMask mask(Random random) {
    ByteBuffer logits = ByteBuffer.allocate(MASK_SIDE * MASK_SIDE * DataType.FLOAT16.bytes())
        .order(ByteOrder.LITTLE_ENDIAN);
    while (logits.hasRemaining()) {
      // float16 between 1 and 2, of either sign.
      logits.putShort((short) (0x3c00 | random.nextInt(1 << 10) | random.nextInt(2) << 15));
    }
    return new LogitsMask(
        io.promptstream.schemas.DataType.FLOAT16, MASK_SIDE, MASK_SIDE, logits.flip());
  }

  private static PromptEvent.Builder builder(long number) {
    return PromptEvent.newBuilder()
        .setPromptId(promptId(number))
        .setImageId(imageId(number))
        .setImageSize(new io.promptstream.schemas.ImageSize(HEIGHT, WIDTH))
        .setPoints(List.of());
  }

  private static String promptId(long number) {
    return "prompt-" + number;
  }

  /** Returns the image id of an event, which is also the key of its record. */
  static String imageId(long number) {
    // Hashed, so that neighbouring events have different images.
    return "image-" + Math.floorMod((number * 0x9E3779B97F4A7C15L) >>> 32, IMAGES);
  }

  /** Returns a sample whose result is too large. */
  static Sample tooLarge(Random random) {
    LogitsMask mask = mask(random);
    return Sample.rejected(
        number -> builder(number)
            .setPromptId(promptId(number) + "-" + "x".repeat(LONG_ID))
            .setMask(mask)
            .build(),
        ErrorCode.RESULT_TOO_LARGE);
  }

  @Override
  public Sample next(long number, Random random) {
    double kind = random.nextDouble();
    if (kind < TOO_LARGE_SHARE) {
      return tooLarge;
    }
    if (kind < BAD_SHARE) {
      return bad.get(random.nextInt(bad.size()));
    }
    List<Sample> good = kind < BAD_SHARE + MASKED_SHARE ? masked : unmasked;
    return good.get(random.nextInt(good.size()));
  }
}
