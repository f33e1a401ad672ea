package io.promptstream.encoder.checkpoint;

import java.io.Closeable;
import java.io.IOException;

/** A local or remote checkpoint that is open for reading. */
interface OpenCheckpoint extends Closeable {
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
