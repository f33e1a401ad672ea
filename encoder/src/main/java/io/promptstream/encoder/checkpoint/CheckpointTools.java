package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/** What one does with a checkpoint before it is used. */
public final class CheckpointTools {
  private static final String SEED_PREFIX = "seed:";

  private final Map<String, String> environment;

  /**
   * Takes the environment, that is {@link System#getenv()} outside of tests.
   *
   * @param environment with {@code PROMPTSTREAM_CACHE_DIR}, {@code HF_ENDPOINT}, {@code HF_TOKEN}
   *     and the like for sources on the web
   */
  public CheckpointTools(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Looks at a checkpoint; of one on the web, what is kept of it is renewed.
   *
   * @param source as {@link Checkpoints#read} takes it, but not {@code seed:N}
   * @throws CheckpointException if it cannot be read
   */
  public CheckpointInspection inspect(String source) {
    return read(source).inspection();
  }

  /**
   * Writes the prompt encoder of a checkpoint into a safetensors file of its own, under the
   * official names. It has the same model id, and {@code __metadata__} says where it comes from.
   *
   * @param source as for {@link #inspect}
   * @param file replaced if it is there
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
          "Cannot write %s: its directory is not there".formatted(file), e);
    } catch (IOException e) {
      throw new CheckpointException("Cannot write %s: %s".formatted(file, e), e);
    }
  }

  /** The file is replaced, so it must not be a device, nor a part of what is read. */
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
          "Cannot write %s: it is a part of the checkpoint %s".formatted(file, source), null);
    }
  }

  /** Shards lie beside their index, or in the folder that was named. */
  private static boolean isPartOf(String source, Path file) {
    try {
      Path path = Path.of(source).toRealPath();
      Path target = file.toRealPath();
      boolean sharded = Files.isDirectory(path) || path.toString().endsWith(".index.json");
      Path folder = Files.isDirectory(path) ? path : path.getParent();
      return target.equals(path)
          || (sharded && folder != null && folder.equals(target.getParent()));
    } catch (IOException | InvalidPathException e) {
      // Reading the source will say what is wrong with it.
      return false;
    }
  }

  private PromptEncoderExtract read(String source) {
    if (source.startsWith(SEED_PREFIX)) {
      throw new CheckpointException(
          "Checkpoint %s: it is drawn and not trained, expected a checkpoint".formatted(source),
          null);
    }
    if (WebCheckpoints.isOnTheWeb(source)) {
      return WebCheckpoints.of(environment).fetch(source);
    }
    try (LocalCheckpoint checkpoint = LocalCheckpoint.open(Path.of(source))) {
      return PromptEncoderExtract.read(checkpoint);
    } catch (MalformedCheckpointException e) {
      throw new CheckpointException("Checkpoint %s: %s".formatted(source, e.getMessage()), e);
    } catch (NoSuchFileException e) {
      throw new CheckpointException("Checkpoint %s: there is no such file".formatted(source), e);
    } catch (InvalidPathException e) {
      throw new CheckpointException(
          "Checkpoint %s: it is not a path: %s"
              .formatted(MalformedCheckpointException.quote(source), e.getReason()),
          e);
    } catch (IOException e) {
      throw new CheckpointException("Checkpoint %s: it cannot be read: %s".formatted(source, e), e);
    }
  }
}
