package io.promptstream.workbench.gpu;

import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * A window to encode by PromptStream and by PyTorch.
 *
 * @param masks whether each prompt is a mask; otherwise each is a click
 * @param prompts number of prompts
 * @param format format of the dense embeddings
 */
record Task(boolean masks, int prompts, DenseFormat format) {
  /** A click has one padding token. */
  private static final int TOKENS_PER_CLICK = 2;

  private static final int FRAME = 1024;
  private static final int MASK_SIDE = 256;
  private static final long NANOS = 500_000_000;
  private static final int MIN_CALLS = 3;

  static final List<Task> ALL = List.of(
      new Task(false, 1, DenseFormat.FACTORED),
      new Task(false, 32, DenseFormat.FACTORED),
      new Task(false, 512, DenseFormat.FACTORED),
      new Task(false, 4096, DenseFormat.FACTORED),
      new Task(true, 1, DenseFormat.FACTORED),
      new Task(true, 16, DenseFormat.FACTORED),
      new Task(true, 64, DenseFormat.FACTORED),
      new Task(true, 16, DenseFormat.FULL));

  /** Returns the task as an input line of {@code reference_encoder.py}. */
  String command() {
    return masks
        ? "masks %d %s".formatted(prompts, format.name().toLowerCase(Locale.ROOT))
        : "points %d".formatted(units());
  }

  /** Returns the number of tokens or masks in a call. */
  int units() {
    return masks ? prompts : TOKENS_PER_CLICK * prompts;
  }

  @Override
  public String toString() {
    return masks
        ? "%d masks, %s".formatted(prompts, format.name().toLowerCase(Locale.ROOT))
        : "%d clicks".formatted(prompts);
  }

  /** Returns the seconds of one call of PromptStream's encoder: the median over 0.5 s of calls. */
  double seconds(PromptEncoder encoder) {
    List<FramedPrompt> window = window(encoder);
    for (int i = 0; i < MIN_CALLS; i++) {
      encoder.encode(window);
    }
    List<Long> nanos = new ArrayList<>();
    long end = System.nanoTime() + NANOS;
    while (System.nanoTime() < end || nanos.size() < MIN_CALLS) {
      long start = System.nanoTime();
      encoder.encode(window);
      nanos.add(System.nanoTime() - start);
    }
    nanos.sort(null);
    return nanos.get(nanos.size() / 2) / 1e9;
  }

  private List<FramedPrompt> window(PromptEncoder encoder) {
    Random random = new Random(1);
    List<FramedPrompt> window = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      window.add(encoder.frame(masks ? mask(random) : click(random)));
    }
    return window;
  }

  private static Prompt click(Random random) {
    Point point = new Point(
        random.nextDouble() * FRAME,
        random.nextDouble() * FRAME,
        random.nextBoolean() ? PointLabel.FOREGROUND : PointLabel.BACKGROUND);
    return new Prompt(null, List.of(point), null, null);
  }

  private static Prompt mask(Random random) {
    float[] logits = new float[MASK_SIDE * MASK_SIDE];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (6 * random.nextGaussian());
    }
    return new Prompt(null, List.of(), null, new MaskLogits(MASK_SIDE, MASK_SIDE, logits));
  }
}
