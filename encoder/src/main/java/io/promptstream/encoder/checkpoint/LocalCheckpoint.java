package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
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

  private final List<CountingChannel> channels = new ArrayList<>();
  private final WeightsOrigin origin;
  private final TensorSource tensors;

  private LocalCheckpoint(Path path, WeightsOrigin origin) throws IOException {
    this.origin = origin;
    try {
      Path file = Files.isDirectory(path) ? findInFolder(path) : path;
      this.tensors = file.toString().endsWith(".safetensors.index.json")
          ? new ShardedSafetensors(
              OpenCheckpoint.index(openFile(file)), name -> openShard(file.resolveSibling(name)))
          : Checkpoints.open(new CheckpointChannel(openFile(file)));
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Reads the weights of a checkpoint.
   *
   * @param path a file, {@code *.safetensors.index.json} with its shards beside it, or a folder
   *     with {@code model.safetensors} or {@code model.safetensors.index.json}
   */
  static PromptEncoderWeights read(Path path) throws IOException {
    try (LocalCheckpoint checkpoint = open(path)) {
      return WeightsReader.read(checkpoint.tensors, checkpoint.origin);
    }
  }

  /** Opens the checkpoint at a path that {@link #read} accepts. */
  static LocalCheckpoint open(Path path) throws IOException {
    return open(path, new WeightsOrigin.CheckpointFile(path));
  }

  /**
   * Opens the checkpoint at a path that {@link #read} accepts.
   *
   * @param origin the origin of the weights
   */
  static LocalCheckpoint open(Path path, WeightsOrigin origin) throws IOException {
    return new LocalCheckpoint(path, origin);
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

  private SeekableByteChannel openShard(Path file) throws IOException {
    try {
      return openFile(file);
    } catch (NoSuchFileException e) {
      throw new MalformedCheckpointException("there is no such file", e);
    }
  }

  /** Rejects anything but a regular file: it can block forever when it is opened, or be endless. */
  private SeekableByteChannel openFile(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new MalformedCheckpointException("it is %s, expected a file"
          .formatted(attributes.isDirectory() ? "a directory" : "not a regular file"));
    }
    CountingChannel channel = new CountingChannel(Files.newByteChannel(path));
    channels.add(channel);
    return channel;
  }

  /** Returns the metadata that {@code checkpoint extract} wrote, empty for other files. */
  Optional<ExtractMetadata> extractMetadata() {
    return tensors instanceof SafetensorsFile file
        ? ExtractMetadata.of(file.metadata())
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
    return channels.stream().mapToLong(CountingChannel::bytesRead).sum();
  }

  @Override
  public long bytesThere() throws IOException {
    long sum = 0;
    for (CountingChannel channel : channels) {
      sum += channel.size();
    }
    return sum;
  }

  @Override
  public void close() throws IOException {
    for (CountingChannel channel : channels) {
      channel.close();
    }
  }
}
