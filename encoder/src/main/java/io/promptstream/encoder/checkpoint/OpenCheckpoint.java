package io.promptstream.encoder.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/** A checkpoint that is open for reading, wherever it lies. */
interface OpenCheckpoint extends Closeable {
  /** What an index may have at most: that of hundreds of thousands of tensors. */
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

  /** Returns its tensors, which can be read until it is closed. */
  TensorSource tensors();

  /** Returns where it lies. */
  WeightsOrigin origin();

  /** Returns how many bytes of it were read. */
  long bytesRead();

  /** Returns how many bytes there are, in all of its files that were opened. */
  long bytesThere() throws IOException;

  /** Returns the server's {@code ETag}, empty where there is none. */
  default String etag() {
    return "";
  }

  /** Returns the commit of its repository, empty where it is in none. */
  default String revision() {
    return "";
  }
}
