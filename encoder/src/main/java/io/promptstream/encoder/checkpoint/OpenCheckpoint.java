package io.promptstream.encoder.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/** A local or remote checkpoint that is open for reading. */
interface OpenCheckpoint extends Closeable {
  /** Maximum size of an index in bytes, enough for hundreds of thousands of tensors. */
  long MAX_INDEX = 16 << 20;

  /** Reads {@code model.safetensors.index.json}. */
  static byte[] index(SeekableByteChannel channel) throws IOException {
    CheckpointChannel content = new CheckpointChannel(channel);
    if (content.size() > MAX_INDEX) {
      throw new MalformedCheckpointException(
          "its index has %d bytes, expected at most %d".formatted(content.size(), MAX_INDEX));
    }
    return content.readBytes(0, (int) content.size(), "the index");
  }

  /** Returns the tensors, readable until the checkpoint is closed. */
  TensorSource tensors();

  /** Returns the origin of the weights. */
  WeightsOrigin origin();

  /** Returns the number of bytes read. */
  long bytesRead();

  /** Returns the total size in bytes of the files that were opened. */
  long bytesThere() throws IOException;

  /** Returns the server's {@code ETag}, empty if there is none. */
  default String etag() {
    return "";
  }

  /** Returns the commit of its repository, empty if it is not in a repository. */
  default String revision() {
    return "";
  }
}
