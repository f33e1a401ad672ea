package io.promptstream.workbench.bench;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.LogitsMask;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Generates masks like those of a prediction: logits high inside an ellipse, low outside. */
final class SampleMasks {
  /** Few, to save memory; encoding time does not depend on earlier masks. */
  private static final int COUNT = 16;

  /** SAM's logits are roughly between −20 and 20. */
  private static final double LARGEST_LOGIT = 20;

  private SampleMasks() {}

  static List<LogitsMask> draw(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return Stream.generate(() -> ellipse(random)).limit(COUNT).toList();
  }

  private static LogitsMask ellipse(SplittableRandom random) {
    int side = Profile.SAM.maskInputSize();
    double centreX = side * random.nextDouble(0.2, 0.8);
    double centreY = side * random.nextDouble(0.2, 0.8);
    double radiusX = side * random.nextDouble(0.05, 0.4);
    double radiusY = side * random.nextDouble(0.05, 0.4);
    ByteBuffer logits =
        ByteBuffer.allocate(side * side * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int y = 0; y < side; y++) {
      for (int x = 0; x < side; x++) {
        double distance = Math.hypot((x - centreX) / radiusX, (y - centreY) / radiusY);
        logits.putFloat((float) (LARGEST_LOGIT * Math.max(-1, 1 - distance)));
      }
    }
    return new LogitsMask(DataType.FLOAT32, side, side, logits.flip());
  }
}
