package io.promptstream.encoder.checkpoint;

import java.nio.file.Path;

/** Where weights come from. */
public sealed interface WeightsOrigin {
  /** Returns a description for users of this machine; it can contain local paths. */
  String description();

  /** Returns a description without the folders of this machine. */
  default String name() {
    return description();
  }

  /**
   * Trained weights from a checkpoint.
   *
   * @param path the checkpoint
   */
  record CheckpointFile(Path path) implements WeightsOrigin {
    @Override
    public String description() {
      return path.toString();
    }

    @Override
    public String name() {
      Path name = path.toAbsolutePath().normalize().getFileName();
      return name == null ? "/" : name.toString();
    }
  }

  /**
   * Trained weights from the web.
   *
   * @param address the address, without secrets
   */
  record Web(String address) implements WeightsOrigin {
    @Override
    public String description() {
      return address;
    }
  }

  /**
   * Random weights.
   *
   * @param value the seed of the generator
   */
  record Seed(long value) implements WeightsOrigin {
    @Override
    public String description() {
      return "seed:%d (random weights, not trained)".formatted(value);
    }
  }
}
