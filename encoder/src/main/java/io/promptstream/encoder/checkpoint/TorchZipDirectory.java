package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;
import static java.util.Objects.requireNonNullElse;

import io.promptstream.encoder.checkpoint.web.WebException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * Reads ranges of the records of a PyTorch zip: entries of one folder, stored without compression.
 */
final class TorchZipDirectory {
  static final String PICKLE = "data.pkl";

  /**
   * Maximum bytes of the directory, enough for tens of thousands of entries. A checkpoint has one
   * entry per tensor.
   */
  private static final long MAX_DIRECTORY = 4 << 20;

  // Source: PKWARE's APPNOTE.TXT, section 4.3.7.
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int NAME_LENGTH_OFFSET = 26;
  private static final int EXTRA_LENGTH_OFFSET = 28;

  private final CheckpointChannel file;
  private final String folder;
  private final Map<String, ZipArchiveEntry> entries;

  private TorchZipDirectory(
      CheckpointChannel file, String folder, Map<String, ZipArchiveEntry> entries) {
    this.file = file;
    this.folder = folder;
    this.entries = entries;
  }

  static TorchZipDirectory open(CheckpointChannel file) throws IOException {
    List<ZipArchiveEntry> all = list(file);
    String folder = folder(all);
    Map<String, ZipArchiveEntry> entries = new HashMap<>();
    for (ZipArchiveEntry entry : all) {
      if (entry.getName().startsWith(folder)
          && entries.put(entry.getName().substring(folder.length()), entry) != null) {
        throw new MalformedCheckpointException(
            "its zip has the entry %s twice".formatted(quote(entry.getName())));
      }
    }
    return new TorchZipDirectory(file, folder, entries);
  }

  private static List<ZipArchiveEntry> list(CheckpointChannel file) throws IOException {
    // The library reads only the directory. This class reads the ranges that tensors need, and the
    // local headers of only those entries, because the headers are spread over the whole file.
    try (ZipFile zip = ZipFile.builder()
        .setSeekableByteChannel(file.limitedTo(MAX_DIRECTORY))
        .setIgnoreLocalFileHeader(true)
        // These fields are not needed, and collecting them takes quadratic time if names repeat.
        .setUseUnicodeExtraFields(false)
        .get()) {
      return Collections.list(zip.getEntries());
    } catch (IOException | RuntimeException e) {
      rethrowNetworkFailure(e);
      // The library reports an invalid directory by various exceptions with nested causes.
      throw new MalformedCheckpointException(
          "its zip directory cannot be read, the file may be truncated or damaged: "
              + quote(rootMessage(e)),
          e);
    }
  }

  /** Rethrows a network failure as it is, because it does not mean that the file is damaged. */
  private static void rethrowNetworkFailure(Exception thrown) throws IOException {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof WebException || cause instanceof InterruptedIOException) {
        throw (IOException) cause;
      }
    }
  }

  private static String rootMessage(Throwable thrown) {
    Throwable root = thrown;
    for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
      root = cause;
    }
    return requireNonNullElse(root.getMessage(), root.getClass().getSimpleName());
  }

  private static String folder(List<ZipArchiveEntry> entries) throws MalformedCheckpointException {
    List<String> pickles = entries.stream()
        .map(ZipArchiveEntry::getName)
        .filter(name -> name.indexOf('/') == name.length() - PICKLE.length() - 1)
        .filter(name -> name.endsWith("/" + PICKLE))
        .toList();
    if (pickles.size() != 1) {
      throw new MalformedCheckpointException(
          "it is a zip with %d entries FOLDER/%s, expected one as in a PyTorch checkpoint"
              .formatted(pickles.size(), PICKLE));
    }
    return pickles.get(0).substring(0, pickles.get(0).length() - PICKLE.length());
  }

  /**
   * Returns the size of a record in bytes, empty if there is no such record.
   *
   * @throws MalformedCheckpointException if the record cannot be read in ranges
   */
  Optional<Long> size(String entryName) throws MalformedCheckpointException {
    ZipArchiveEntry entry = entries.get(entryName);
    if (entry == null) {
      return Optional.empty();
    }
    if (entry.getMethod() != ZipArchiveEntry.STORED
        || entry.getSize() != entry.getCompressedSize()
        || entry.getGeneralPurposeBit().usesEncryption()) {
      throw new MalformedCheckpointException(
          "its zip entry %s is compressed or encrypted, expected a plain, uncompressed entry"
              .formatted(shown(entryName)));
    }
    return Optional.of(entry.getSize());
  }

  /** Reads a range of a record for which {@link #size} returned a size. */
  ByteBuffer read(String entryName, long offset, int length) throws IOException {
    ZipArchiveEntry entry = entries.get(entryName);
    if (entry == null || length > entry.getSize() - offset) {
      throw new IllegalArgumentException(
          "no %d bytes at %d of %s".formatted(length, offset, entryName));
    }
    return file.read(dataOffset(entry) + offset, length, "zip entry " + shown(entryName));
  }

  private long dataOffset(ZipArchiveEntry entry) throws IOException {
    long start = entry.getLocalHeaderOffset();
    String what = "the header of zip entry " + quote(entry.getName());
    ByteBuffer header = file.read(start, LOCAL_HEADER_BYTES, what);
    if (header.getInt(0) != LOCAL_HEADER) {
      throw new MalformedCheckpointException("%s is not at byte %d".formatted(what, start));
    }
    return start
        + LOCAL_HEADER_BYTES
        + Short.toUnsignedInt(header.getShort(NAME_LENGTH_OFFSET))
        + Short.toUnsignedInt(header.getShort(EXTRA_LENGTH_OFFSET));
  }

  /** Returns the full name of a record for messages. */
  String shown(String entryName) {
    return quote(folder + entryName);
  }
}
