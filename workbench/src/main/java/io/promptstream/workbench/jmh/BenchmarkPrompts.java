package io.promptstream.workbench.jmh;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Generates the prompts of the benchmarks, the same in every run. */
final class BenchmarkPrompts {
  static final int WIDTH = 256;
  private static final int FRAME = 1024;
  private static final int MASK_SIDE = 256;

  private BenchmarkPrompts() {}

  static PromptEncoder encoder(DataType dataType, DenseFormat format) {
    return SamPromptEncoder.load(new EncoderOptions("seed:42", "cpu", dataType, format, 100));
  }

  /** Returns prompts of 1, 2, 3, 4, 5, 1, 2, … points. */
  static List<FramedPrompt> clicks(PromptEncoder encoder, int prompts) {
    Random random = new Random(1);
    List<FramedPrompt> clicks = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      List<Point> points = new ArrayList<>();
      for (int p = 0; p <= i % 5; p++) {
        points.add(new Point(
            random.nextDouble() * FRAME,
            random.nextDouble() * FRAME,
            random.nextBoolean() ? PointLabel.FOREGROUND : PointLabel.BACKGROUND));
      }
      clicks.add(encoder.frame(new Prompt(null, points, null, null)));
    }
    return clicks;
  }

  /** Returns the number of tokens of {@link #clicks}: for each prompt its points and padding. */
  static int tokens(int prompts) {
    int tokens = 0;
    for (int i = 0; i < prompts; i++) {
      tokens += i % 5 + 2;
    }
    return tokens;
  }

  /** Returns prompts that have only a mask. */
  static List<FramedPrompt> masks(PromptEncoder encoder, int prompts) {
    Random random = new Random(2);
    List<FramedPrompt> masks = new ArrayList<>();
    for (int k = 0; k < prompts; k++) {
      float[] logits = new float[MASK_SIDE * MASK_SIDE];
      for (int i = 0; i < logits.length; i++) {
        logits[i] = (float) (6 * random.nextGaussian());
      }
      MaskLogits mask = new MaskLogits(MASK_SIDE, MASK_SIDE, logits);
      masks.add(encoder.frame(new Prompt(null, List.of(), null, mask)));
    }
    return masks;
  }
}
