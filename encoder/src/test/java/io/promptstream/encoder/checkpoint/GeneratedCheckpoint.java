package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes weights as a checkpoint with any family, naming and container format. */
public final class GeneratedCheckpoint {
  private GeneratedCheckpoint() {}

  /** The container format of the checkpoint. */
  public enum Container {
    /** A state dict of {@code torch.save}. */
    TORCH_ZIP,
    /** One safetensors file. */
    SAFETENSORS
  }

  /**
   * Writes a checkpoint.
   *
   * @param naming name of a {@link FamilyDetector} constant
   * @return the file
   */
  public static Path write(
      PromptEncoderWeights weights, String naming, Container container, Path file) {
    Map<String, TestTensors.Tensor> tensors =
        TestTensors.named(FamilyDetector.valueOf(naming), weights);
    try {
      return Files.write(
          file,
          container == Container.TORCH_ZIP
              ? TestTensors.torchZip(tensors)
              : TestTensors.safetensors(tensors));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
