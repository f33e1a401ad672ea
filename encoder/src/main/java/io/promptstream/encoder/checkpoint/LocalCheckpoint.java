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

/** A checkpoint on this machine: one file, or a folder as Hugging Face's libraries write it. */
final class LocalCheckpoint implements OpenCheckpoint {
  private static final String WHOLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final List<MeteredChannel> channels = new ArrayList<>();
  private final WeightsOrigin origin;
  private final TensorSource tensors;

  private LocalCheckpoint(Path path, WeightsOrigin origin) throws IOException {
    this.origin = origin;
    try {
      Path file = Files.isDirectory(path) ? inFolder(path) : path;
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
   * @param path a file, {@code *.safetensors.index.json} beside its shards, or a folder with either
   */
  static PromptEncoderWeights read(Path path) throws IOException {
    try (LocalCheckpoint checkpoint = open(path)) {
      return WeightsReader.read(checkpoint.tensors, checkpoint.origin);
    }
  }

  /** Opens what {@link #read} reads. */
  static LocalCheckpoint open(Path path) throws IOException {
    return open(path, new WeightsOrigin.CheckpointFile(path));
  }

  /**
   * Opens what {@link #read} reads.
   *
   * @param origin where its content comes from
   */
  static LocalCheckpoint open(Path path, WeightsOrigin origin) throws IOException {
    return new LocalCheckpoint(path, origin);
  }

  private static Path inFolder(Path folder) throws MalformedCheckpointException {
    for (String name : new String[] {WHOLE, INDEX}) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        return file;
      }
    }
    throw new MalformedCheckpointException(
        "it is a directory, expected a file, or a directory with %s or %s in it"
            .formatted(WHOLE, INDEX));
  }

  private SeekableByteChannel openShard(Path file) throws IOException {
    try {
      return openFile(file);
    } catch (NoSuchFileException e) {
      throw new MalformedCheckpointException("there is no such file", e);
    }
  }

  /** Anything but a file may block for ever when it is opened, or have no end. */
  private SeekableByteChannel openFile(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new MalformedCheckpointException("it is %s, expected a file"
          .formatted(attributes.isDirectory() ? "a directory" : "not a regular file"));
    }
    MeteredChannel channel = new MeteredChannel(Files.newByteChannel(path));
    channels.add(channel);
    return channel;
  }

  /** Returns what {@code checkpoint extract} wrote into it, nothing where that did not make it. */
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
    return channels.stream().mapToLong(MeteredChannel::bytesRead).sum();
  }

  @Override
  public long bytesThere() throws IOException {
    long sum = 0;
    for (MeteredChannel channel : channels) {
      sum += channel.size();
    }
    return sum;
  }

  @Override
  public void close() throws IOException {
    for (MeteredChannel channel : channels) {
      channel.close();
    }
  }
}
