package io.promptstream.workbench.cli;

import io.promptstream.encoder.EncoderInfo;
import picocli.CommandLine.Option;

/** {@code --checkpoint}: the weights, random by default. */
final class CheckpointOption {
  @Option(
      names = "--checkpoint",
      paramLabel = "SOURCE",
      defaultValue = "seed:42",
      description = "The weights: a SAM checkpoint (.pth, .pt, .safetensors), its https address, "
          + "hf:OWNER/NAME, a name such as sam_vit_b, or seed:N for random weights "
          + "(default: ${DEFAULT-VALUE}).")
  private String source;

  String source() {
    return source;
  }

  /** Returns a description of the model, which says so if the weights are random. */
  static String describe(EncoderInfo info) {
    return info.modelId()
        + " on "
        + info.device()
        + (info.randomWeights() ? " (random weights, not trained: embeddings mean nothing)" : "");
  }
}
