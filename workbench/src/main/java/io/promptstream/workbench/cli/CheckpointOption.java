package io.promptstream.workbench.cli;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.topology.config.PromptStreamConfig;
import java.util.Map;
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

  /** Returns the settings of a PromptStream with these weights, and with sessions. */
  Map<String, String> settings() {
    return Map.of(PromptStreamConfig.CHECKPOINT, source, PromptStreamConfig.SESSIONS, "true");
  }

  /** Returns a description of the model, which says so if the weights are random. */
  static String describe(EncoderInfo info) {
    return info.modelId()
        + " on "
        + info.device()
        + (info.randomWeights() ? " (random weights, not trained: embeddings mean nothing)" : "");
  }
}
