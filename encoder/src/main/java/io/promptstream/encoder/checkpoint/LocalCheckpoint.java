package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** A checkpoint on this machine: one file, or a folder as Hugging Face's libraries write it. */
final class LocalCheckpoint {
  private static final String WHOLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  /** Hundreds of thousands of tensors. */
  private static final long MAX_INDEX = 16 << 20;

  private LocalCheckpoint() {}

  /**
   * Reads the weights of a checkpoint.
   *
   * @param path a file, {@code *.safetensors.index.json} beside its shards, or a folder with either
   */
  static PromptEncoderWeights read(Path path) throws IOException {
    WeightsOrigin origin = new WeightsOrigin.CheckpointFile(path);
    Path file = Files.isDirectory(path) ? inFolder(path) : path;
    if (file.toString().endsWith(".safetensors.index.json")) {
      try (ShardedSafetensors source =
          new ShardedSafetensors(index(file), name -> openShard(file.resolveSibling(name)))) {
        return WeightsReader.read(source, origin);
      }
    }
    try (SeekableByteChannel channel = open(file)) {
      return Checkpoints.read(channel, origin);
    }
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

  private static byte[] index(Path file) throws IOException {
    try (SeekableByteChannel channel = open(file)) {
      CheckpointChannel content = new CheckpointChannel(channel);
      if (content.size() > MAX_INDEX) {
        throw new MalformedCheckpointException(
            "its index has %d bytes, expected at most %d".formatted(content.size(), MAX_INDEX));
      }
      return content.readBytes(0, (int) content.size(), "the index");
    }
  }

  private static SeekableByteChannel openShard(Path file) throws IOException {
    try {
      return open(file);
    } catch (NoSuchFileException e) {
      throw new MalformedCheckpointException("there is no such file", e);
    }
  }

  /** Anything but a file may block for ever when it is opened, or have no end. */
  private static SeekableByteChannel open(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    if (!attributes.isRegularFile()) {
      throw new MalformedCheckpointException("it is %s, expected a file"
          .formatted(attributes.isDirectory() ? "a directory" : "not a regular file"));
    }
    return Files.newByteChannel(path);
  }
}
