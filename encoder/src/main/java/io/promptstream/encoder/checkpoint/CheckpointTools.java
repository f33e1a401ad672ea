package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** Inspects checkpoints and extracts their prompt encoders. */
public final class CheckpointTools {
  private final Map<String, String> environment;

  /**
   * Creates the tools for an environment, {@link System#getenv()} except in tests.
   *
   * @param environment with {@code PROMPTSTREAM_CACHE_DIR}, {@code HF_ENDPOINT}, {@code HF_TOKEN}
   *     and similar variables for sources on the web
   */
  public CheckpointTools(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Inspects a checkpoint. For a checkpoint on the web, this refreshes the cached prompt encoder.
   *
   * @param source a source that {@link Checkpoints#read} accepts, except {@code seed:N}
   * @throws CheckpointException if it cannot be read
   */
  public CheckpointInspection inspect(String source) {
    return read(source).inspection();
  }

  /**
   * Writes the prompt encoder of a checkpoint to a safetensors file, under the official names. The
   * file has the same model id; its {@code __metadata__} names the source.
   *
   * @param source as for {@link #inspect}
   * @param file the target, replaced if it exists
   * @throws CheckpointException if the checkpoint cannot be read, or the file cannot be written
   */
  public CheckpointInspection extract(String source, Path file) {
    requireReplaceable(source, file);
    PromptEncoderExtract extract = read(source);
    try {
      AtomicFile.write(file.toAbsolutePath(), extract.safetensors());
      return extract.inspection();
    } catch (NoSuchFileException e) {
      throw new CheckpointException(
          "Cannot write %s: its directory does not exist".formatted(file), e);
    } catch (IOException e) {
      throw new CheckpointException("Cannot write %s: %s".formatted(file, e), e);
    }
  }

  /** Rejects a target that is a device or part of the source, because the target is replaced. */
  private static void requireReplaceable(String source, Path file) {
    if (!Files.exists(file)) {
      return;
    }
    if (!Files.isRegularFile(file)) {
      throw new CheckpointException(
          "Cannot write %s: it is %s, expected a file"
              .formatted(file, Files.isDirectory(file) ? "a directory" : "not a regular file"),
          null);
    }
    if (!WebCheckpoints.isOnTheWeb(source) && isPartOf(source, file)) {
      throw new CheckpointException(
          "Cannot write %s: it is part of the checkpoint %s".formatted(file, source), null);
    }
  }

  /** Shards are in the folder of their index, or in the source folder. */
  private static boolean isPartOf(String source, Path file) {
    try {
      Path path = Path.of(source).toRealPath();
      Path target = file.toRealPath();
      boolean sharded = Files.isDirectory(path) || path.toString().endsWith(".index.json");
      Path folder = Files.isDirectory(path) ? path : path.getParent();
      return target.equals(path)
          || (sharded && folder != null && folder.equals(target.getParent()));
    } catch (IOException | InvalidPathException e) {
      // Reading the source reports the error.
      return false;
    }
  }

  private PromptEncoderExtract read(String source) {
    if (source.startsWith(Checkpoints.SEED_PREFIX)) {
      throw new CheckpointException(
          "Checkpoint %s: it stands for random weights, expected a checkpoint".formatted(source),
          null);
    }
    if (WebCheckpoints.isOnTheWeb(source)) {
      return WebCheckpoints.of(environment).fetch(source);
    }
    return LocalCheckpoint.read(source);
  }
}
