package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads safetensors from several files, with an index that maps each tensor to a file. Only the
 * files of requested tensors are opened.
 *
 * <p>Source: {@code save_torch_state_dict} of {@code huggingface_hub}.
 */
final class ShardedSafetensors implements TensorSource {
  private static final String INDEX = "its index";
  private static final String WEIGHT_MAP = "weight_map";

  /** Maximum size of an index in bytes, enough for hundreds of thousands of tensors. */
  private static final long MAX_INDEX = 16 << 20;

  /** The name of a file in the folder of the index, without a path. */
  private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}");

  private final Map<String, String> files;
  private final Shards shards;
  private final Map<String, SafetensorsFile> open = new HashMap<>();

  /** Opens the shards that an index names. */
  @FunctionalInterface
  interface Shards {
    /**
     * Opens one shard.
     *
     * @param fileName a plain name, without a directory
     * @return the file, which the caller of this source closes
     * @throws MalformedCheckpointException if there is no such file
     */
    CheckpointChannel open(String fileName) throws IOException;
  }

  /**
   * Creates a source for the tensors of an index.
   *
   * @param index {@code model.safetensors.index.json}
   * @throws MalformedCheckpointException if this is not an index, or if it names a file outside its
   *     folder
   */
  ShardedSafetensors(CheckpointChannel index, Shards shards) throws IOException {
    if (index.size() > MAX_INDEX) {
      throw new MalformedCheckpointException(
          "its index has %d bytes, expected at most %d".formatted(index.size(), MAX_INDEX));
    }
    this.files = weightMap(index.readBytes(0, (int) index.size(), "the index"));
    this.shards = shards;
  }

  /** Returns the file name of each tensor. */
  private static Map<String, String> weightMap(byte[] index) throws IOException {
    Map<String, String> files = new HashMap<>();
    UntrustedJson.read(index, INDEX, (key, json) -> {
      if (!key.equals(WEIGHT_MAP)) {
        json.skipChildren();
      } else if (json.currentToken() != JsonToken.START_OBJECT) {
        throw damaged("its weight_map must be an object");
      } else {
        UntrustedJson.readFields(json, (tensor, file) -> {
          if (file.currentToken() != JsonToken.VALUE_STRING) {
            throw damaged("the file of tensor %s is not a string".formatted(quote(tensor)));
          }
          if (files.size() == UntrustedJson.MAX_TENSORS) {
            throw damaged("it names more than %d tensors".formatted(UntrustedJson.MAX_TENSORS));
          }
          files.put(tensor, requireFileName(tensor, file.getText()));
        });
      }
    });
    if (files.isEmpty()) {
      throw damaged("it has no weight_map, or an empty one");
    }
    return files;
  }

  private static String requireFileName(String tensor, String name)
      throws MalformedCheckpointException {
    if (!FILE_NAME.matcher(name).matches()) {
      throw new MalformedCheckpointException(
          "its index maps tensor %s to '%s', expected the name of a file beside it"
              .formatted(quote(tensor), quote(name)));
    }
    return name;
  }

  private static MalformedCheckpointException damaged(String how) {
    return UntrustedJson.damaged(INDEX, how);
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
    return requireNonNull(files.get(name), name);
  }

  private SafetensorsFile open(String file) throws IOException {
    try {
      return SafetensorsFile.open(shards.open(file));
    } catch (MalformedCheckpointException e) {
      throw inShard(file, e);
    }
  }

  private static MalformedCheckpointException inShard(
      String file, MalformedCheckpointException cause) {
    return new MalformedCheckpointException(
        "its shard %s: %s".formatted(file, cause.getMessage()), cause);
  }
}
