package io.promptstream.workbench.gpu;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.workbench.bench.Statistics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.utils.Utils;

/**
 * Runs the reference cases on a device, then times the encoder and PyTorch alternately, and prints
 * both results as tables. Started by {@code workbench/gpu-check}.
 */
public final class GpuCheck {
  private static final List<String> CHECKPOINTS =
      List.of("sam_vit_like.pth", "hf_sam_like.safetensors");

  private static final int ROUNDS = 3;

  private GpuCheck() {}

  /** Takes a device as in the setting, a Python command and {@code reference_encoder.py}. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Files.createTempDirectory("promptstream-gpu-check-");
    boolean equal;
    try {
      equal = parity(directory, arguments[0]);
      speed(directory, arguments);
    } finally {
      Utils.delete(directory.toFile());
    }
    System.exit(equal ? 0 : 1);
  }

  private static boolean parity(Path directory, String device) {
    boolean all = true;
    print("%-26s %-9s %12s %12s%n", "differences, at most", "", "sparse", "dense");
    for (String checkpoint : CHECKPOINTS) {
      for (DenseFormat format : DenseFormat.values()) {
        Parity parity = Parity.measure(directory, checkpoint, format, device);
        all &= parity.holds();
        print(
            "%-26s %-9s %12.1e %12.1e %s%n",
            checkpoint,
            format,
            parity.sparse(),
            parity.dense(),
            parity.holds() ? "" : "TOO LARGE: the limits are 1e-5 and 1e-4");
      }
    }
    return all;
  }

  private static void speed(Path directory, String[] arguments) throws IOException {
    String device = arguments[0];
    String checkpoint = SamCases.copy(CHECKPOINTS.get(0), directory).toString();
    String theirs = device.replaceFirst("^gpu", "cuda");
    try (PyTorch pytorch = PyTorch.start(arguments[1], arguments[2], checkpoint, theirs);
        PromptEncoder factored = encoder(checkpoint, device, DenseFormat.FACTORED);
        PromptEncoder full = encoder(checkpoint, device, DenseFormat.FULL)) {
      print("%n%s%n", pytorch.description());
      print("%-22s %26s %26s %8s%n", "median [min to max]", "PromptStream", "PyTorch", "ratio");
      for (Task task : Task.ALL) {
        PromptEncoder encoder = task.format() == DenseFormat.FULL ? full : factored;
        double[] ours = new double[ROUNDS];
        double[] other = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
          ours[round] = task.seconds(encoder);
          other[round] = pytorch.seconds(task);
        }
        print(task, Statistics.of(ours), Statistics.of(other));
      }
    }
  }

  private static PromptEncoder encoder(String checkpoint, String device, DenseFormat format) {
    return SamPromptEncoder.load(
        new EncoderOptions(checkpoint, device, DataType.FLOAT32, format, 1));
  }

  private static void print(Task task, Statistics ours, Statistics other) {
    print(
        "%-22s %26s %26s %8.2f%n",
        task, cell(task, ours), cell(task, other), ours.median() / other.median());
  }

  private static String cell(Task task, Statistics seconds) {
    double scale = (task.masks() ? 1e3 : 1e6) / task.units();
    return String.format(
        Locale.ROOT,
        "%.3f [%.3f to %.3f] %s",
        seconds.median() * scale,
        seconds.min() * scale,
        seconds.max() * scale,
        task.masks() ? "ms/mask" : "µs/token");
  }

  private static void print(String format, Object... values) {
    System.out.print(String.format(Locale.ROOT, format, values));
  }
}
