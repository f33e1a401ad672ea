package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A checkpoint on this machine: one file, or a folder in the layout of Hugging Face's libraries.
 */
final class LocalCheckpoint implements OpenCheckpoint {
  private static final String SINGLE_FILE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final List<CheckpointChannel> channels = new ArrayList<>();
  private final WeightsOrigin origin;
  private final TensorSource tensors;

  /**
   * Opens the checkpoint at a path as in {@link #read}.
   *
   * @param origin the origin of the weights
   */
  LocalCheckpoint(Path path, WeightsOrigin origin) throws IOException {
    this.origin = origin;
    try {
      Path file = Files.isDirectory(path) ? findInFolder(path) : path;
      this.tensors = file.toString().endsWith(".safetensors.index.json")
          ? new ShardedSafetensors(openFile(file), name -> openShard(file.resolveSibling(name)))
          : Checkpoints.open(openFile(file));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Reads the prompt encoder of a checkpoint.
   *
   * @param source the path of a file, of {@code *.safetensors.index.json} with its shards beside
   *     it, or of a folder with {@code model.safetensors} or {@code model.safetensors.index.json}
   * @throws CheckpointException if there is no such file, or it is not a valid checkpoint
   */
  static PromptEncoderExtract read(String source) {
    try {
      Path path = Path.of(source);
      try (LocalCheckpoint checkpoint =
          new LocalCheckpoint(path, new WeightsOrigin.CheckpointFile(path))) {
        return PromptEncoderExtract.read(checkpoint);
      }
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

  private static Path findInFolder(Path folder) throws MalformedCheckpointException {
    for (String name : new String[] {SINGLE_FILE, INDEX}) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new MalformedCheckpointException(
        "it is a directory, expected a file, or a directory with %s or %s in it"
            .formatted(SINGLE_FILE, INDEX));
  }

  private CheckpointChannel openShard(Path file) throws IOException {
    try {
      return openFile(file);
    } catch (NoSuchFileException e) {
      throw new MalformedCheckpointException("there is no such file", e);
    }
  }

  /** Rejects anything but a regular file: it can block forever when it is opened, or be endless. */
  private CheckpointChannel openFile(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new MalformedCheckpointException("it is %s, expected a file"
          .formatted(attributes.isDirectory() ? "a directory" : "not a regular file"));
    }
    CheckpointChannel channel = new CheckpointChannel(Files.newByteChannel(path));
    channels.add(channel);
    return channel;
  }

  /** Returns the digest that {@code checkpoint extract} wrote, empty for other files. */
  Optional<String> extractedSha256() {
    return tensors instanceof SafetensorsFile file
        ? PromptEncoderExtract.sha256(file.metadata())
        : Optional.empty();
  }

  @Override
  public TensorSource tensors() {
    return tensors;
  }

  @Override
  public WeightsOrigin origin() {
    return origin;
  }

  @Override
  public long bytesRead() {
    return channels.stream().mapToLong(CheckpointChannel::bytesRead).sum();
  }

  @Override
  public long bytesThere() {
    return channels.stream().mapToLong(CheckpointChannel::size).sum();
  }

  @Override
  public void close() throws IOException {
    for (CheckpointChannel channel : channels) {
      channel.close();
    }
  }
}
