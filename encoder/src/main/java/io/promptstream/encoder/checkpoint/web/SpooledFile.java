package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a file from a server that does not support ranges, from its start through a temporary file,
 * as far as needed. For safetensors, it reads up to the last tensor; for a zip or a file of unknown
 * size, it reads everything.
 */
final class SpooledFile extends RemoteFile {
  private static final Logger log = LoggerFactory.getLogger(SpooledFile.class);
  private static final int CHUNK = 64 << 10;

  /** Maximum size in bytes, several times the largest checkpoint, to stop endless files. */
  private static final long MAX_SIZE = 16L << 30;

  private final Retries retries;
  private final FileChannel spool;
  private final byte[] chunk = new byte[CHUNK];
  private @Nullable WebResponse response;
  private long spooled;
  private long skip;
  private long size;

  /** Creates a file from a response that has begun to send the whole file. */
  SpooledFile(Requests requests, WebResponse response) throws IOException {
    super(requests, response.version(response.length()));
    this.retries = new Retries(requests.options());
    this.response = response;
    this.size = response.length();
    if (size > MAX_SIZE) {
      throw new WebException(
          "the server says that it has %d bytes, expected at most %d".formatted(size, MAX_SIZE));
    }
    log.info(
        "{} does not support ranges: reading the file from its start, a zip to its end ({} bytes)",
        WebAddress.shown(response.uri()),
        size < 0 ? "an unknown number of" : size);
    this.spool = FileChannel.open(
        Files.createTempFile("promptstream-", ".part"),
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  @Override
  public long size() throws IOException {
    if (size < 0) {
      spoolUpTo(Long.MAX_VALUE);
    }
    return size;
  }

  @Override
  int read(long from, ByteBuffer destination) throws IOException {
    int count = (int) Math.min(destination.remaining(), size() - from);
    spoolUpTo(from + count);
    ByteBuffer part = destination.slice(destination.position(), count);
    int read = spool.read(part, from);
    destination.position(destination.position() + read);
    return read;
  }

  private void spoolUpTo(long end) throws IOException {
    while (spooled < end && (size < 0 || spooled < size)) {
      try {
        take(response == null ? reopen() : response);
      } catch (WebException e) {
        closeResponse();
        retries.pause(e, spooled);
      }
    }
  }

  private WebResponse reopen() throws IOException {
    WebResponse rest = requests.get(spooled + "-", Optional.of(version));
    response = rest;
    if (rest.isWholeFile()) {
      version.requireSame(rest.version(rest.length()));
      skip = spooled;
      return rest;
    }
    ContentRange range = rest.contentRange();
    version.requireSame(rest.version(version.size() < 0 ? -1 : range.size()));
    if (range.first() != spooled) {
      throw new WebException("the server was asked for the bytes from %d on and sends %d-%d"
          .formatted(spooled, range.first(), range.last()));
    }
    skip = 0;
    return rest;
  }

  private void take(WebResponse from) throws IOException {
    int count = requests.read(from, chunk, CHUNK, version.size(), true);
    if (count < 0) {
      if (size >= 0) {
        throw WebException.transientFailure(
            "the server stopped after %d of %d bytes".formatted(spooled, size), null);
      }
      size = spooled;
      return;
    }
    int skipped = (int) Math.min(skip, count);
    skip -= skipped;
    long sent = spooled + count - skipped;
    if (size >= 0 ? sent > size : sent > MAX_SIZE) {
      throw new WebException("the server sends more than %d bytes, expected no more"
          .formatted(size >= 0 ? size : MAX_SIZE));
    }
    ByteBuffer remaining = ByteBuffer.wrap(chunk, skipped, count - skipped);
    while (remaining.hasRemaining()) {
      spooled += spool.write(remaining, spooled);
    }
  }

  private void closeResponse() {
    if (response != null) {
      response.close();
      response = null;
    }
  }

  @Override
  public void close() throws IOException {
    closeResponse();
    super.close();
    spool.close();
  }
}
