package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads safetensors from several files, with an index that maps each tensor to a file. Only the
 * files of requested tensors are opened.
 */
final class ShardedSafetensors implements TensorSource, AutoCloseable {
  private final Map<String, String> files;
  private final Shards shards;
  private final Map<String, SafetensorsFile> open = new HashMap<>();
  private final List<SeekableByteChannel> channels = new ArrayList<>();

  /** Opens the shards that an index names. */
  @FunctionalInterface
  interface Shards {
    /**
     * Opens one shard.
     *
     * @param fileName a plain name, without a directory
     * @throws MalformedCheckpointException if there is no such file
     */
    SeekableByteChannel open(String fileName) throws IOException;
  }

  /**
   * Creates a source for the tensors of an index.
   *
   * @param index the content of {@code model.safetensors.index.json}
   */
  ShardedSafetensors(byte[] index, Shards shards) throws IOException {
    this.files = SafetensorsIndex.parse(index);
    this.shards = shards;
  }

  @Override
  public Set<String> names() {
    return files.keySet();
  }

  @Override
  public List<Long> shape(String name) throws IOException {
    return shard(name).shape(name);
  }

  @Override
  public String elementType(String name) throws IOException {
    return shard(name).elementType(name);
  }

  @Override
  public float[] read(String name) throws IOException {
    SafetensorsFile shard = shard(name);
    try {
      return shard.read(name);
    } catch (MalformedCheckpointException e) {
      throw inShard(file(name), e);
    }
  }

  private SafetensorsFile shard(String name) throws IOException {
    String file = file(name);
    SafetensorsFile shard = open.get(file);
    if (shard == null) {
      shard = open(file);
      open.put(file, shard);
    }
    if (!shard.names().contains(name)) {
      throw new MalformedCheckpointException(
          "tensor %s is not in %s, although the index lists it there".formatted(name, file));
    }
    return shard;
  }

  private String file(String name) {
    String file = files.get(name);
    if (file == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    return file;
  }

  private SafetensorsFile open(String file) throws IOException {
    try {
      SeekableByteChannel channel = shards.open(file);
      channels.add(channel);
      return SafetensorsFile.open(new CheckpointChannel(channel));
    } catch (MalformedCheckpointException e) {
      throw inShard(file, e);
    }
  }

  private static MalformedCheckpointException inShard(
      String file, MalformedCheckpointException cause) {
    return new MalformedCheckpointException(
        "its shard %s: %s".formatted(file, cause.getMessage()), cause);
  }

  @Override
  public void close() throws IOException {
    for (SeekableByteChannel channel : channels) {
      channel.close();
    }
  }
}
