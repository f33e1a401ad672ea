package io.promptstream.workbench.bench;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Generates the events of a workload. An event depends only on its number, so that every run gets
 * the same events.
 */
final class EventGenerator {
  private static final long SEED = 42;
  static final int IMAGES = 10_000;
  private static final int MAX_POINTS = 5;
  private static final int TENTHS = 10;
  private static final int TENTHS_OF_CLICKS = 6;

  /** Typical sizes of photographs, video frames and scans, as height × width. */
  private static final List<ImageSize> SIZES = List.of(
      new ImageSize(1200, 1800),
      new ImageSize(480, 640),
      new ImageSize(640, 427),
      new ImageSize(1080, 1920),
      new ImageSize(720, 1280),
      new ImageSize(3024, 4032),
      new ImageSize(2160, 3840),
      new ImageSize(1024, 1024));

  private final Workload workload;
  private final SampleMasks masks = new SampleMasks(SEED);

  EventGenerator(Workload workload) {
    this.workload = workload;
  }

  /** Returns the event with this number. */
  PromptEvent event(long number) {
    SplittableRandom random = new SplittableRandom(SEED + number);
    return switch (workload) {
      case CLICKS -> clicks(number, MAX_POINTS, random);
      case SINGLE_CLICKS -> clicks(number, 1, random);
      case BOXES -> box(number, random);
      case MASKS, MASKS_FULL -> mask(number, random);
      case POLYGONS -> imageMask(number, random, masks.polygons());
      case RLES -> imageMask(number, random, masks.rles());
      case SESSIONS -> throw new IllegalArgumentException("sessions have actions, not prompts");
      case MIXED -> mixed(number, random);
    };
  }

  private PromptEvent mixed(long number, SplittableRandom random) {
    long tenth = number % TENTHS;
    if (tenth < TENTHS_OF_CLICKS) {
      return clicks(number, MAX_POINTS, random);
    }
    return tenth < TENTHS - 1 ? box(number, random) : mask(number, random);
  }

  private static PromptEvent clicks(long number, int maxPoints, SplittableRandom random) {
    int image = random.nextInt(IMAGES);
    List<Point> points = points(size(image), 1 + random.nextInt(maxPoints), random);
    return event(number, image, size(image), points, null, null);
  }

  private static PromptEvent box(long number, SplittableRandom random) {
    int image = random.nextInt(IMAGES);
    ImageSize size = size(image);
    int x1 = random.nextInt(size.getWidth());
    int x2 = random.nextInt(size.getWidth());
    int y1 = random.nextInt(size.getHeight());
    int y2 = random.nextInt(size.getHeight());
    Box box = new Box(
        (double) Math.min(x1, x2), (double) Math.min(y1, y2), (double) Math.max(x1, x2), (double)
            Math.max(y1, y2));
    return event(number, image, size, List.of(), box, null);
  }

  private PromptEvent mask(long number, SplittableRandom random) {
    int image = random.nextInt(IMAGES);
    Object mask = draw(masks.logits(), random);
    return event(number, image, size(image), points(size(image), 1, random), null, mask);
  }

  private static PromptEvent imageMask(long number, SplittableRandom random, List<?> masks) {
    int image = random.nextInt(IMAGES);
    ImageSize size = SampleMasks.IMAGE;
    return event(number, image, size, points(size, 1, random), null, draw(masks, random));
  }

  private static Object draw(List<?> masks, SplittableRandom random) {
    return masks.get(random.nextInt(masks.size()));
  }

  static List<Point> points(ImageSize size, int count, SplittableRandom random) {
    return IntStream.range(0, count)
        .mapToObj(index -> new Point(
            (double) random.nextInt(size.getWidth()),
            (double) random.nextInt(size.getHeight()),
            random.nextInt(4) == 0 ? PointLabel.BACKGROUND : PointLabel.FOREGROUND))
        .toList();
  }

  static ImageSize size(int image) {
    return SIZES.get(image % SIZES.size());
  }

  static String imageId(int image) {
    return String.format(Locale.ROOT, "image-%05d", image);
  }

  private static PromptEvent event(
      long number,
      int image,
      ImageSize size,
      List<Point> points,
      @Nullable Box box,
      @Nullable Object mask) {
    return new PromptEvent(
        String.format(Locale.ROOT, "prompt-%08d", number),
        imageId(image),
        null,
        size,
        points,
        box,
        mask,
        null);
  }
}
