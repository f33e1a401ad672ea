package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.web.WebSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Caches prompt encoders from the web in a folder, each in a file as {@code checkpoint extract}
 * writes it. A cached file is used only if its tensors have the digest that its metadata names.
 */
final class PromptEncoderCache {
  private static final Logger log = LoggerFactory.getLogger(PromptEncoderCache.class);
  private static final int KEY_DIGITS = 16;

  private final Path folder;

  PromptEncoderCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns the cached prompt encoder of a source, empty if there is no valid one.
   *
   * @param pin the digest that the weights must have, if the source names one; pinned weights have
   *     a separate file, so that refreshing the unpinned source does not replace them
   */
  Optional<PromptEncoderExtract> find(WebSource source, Optional<String> pin) {
    Path path = path(source, pin);
    WeightsOrigin origin = new WeightsOrigin.Web(source.shown());
    try (LocalCheckpoint file = new LocalCheckpoint(path, origin)) {
      PromptEncoderExtract cached = PromptEncoderExtract.read(file);
      String expected = file.extractedSha256().orElse("none");
      String found = cached.inspection().sha256();
      if (found.equals(expected)) {
        return Optional.of(cached);
      }
      log.warn(
          "{} is damaged and not used: its tensors have the SHA-256 {}, expected {}",
          path,
          found,
          MalformedCheckpointException.quote(expected));
    } catch (NoSuchFileException e) {
      log.debug("{} is not cached", source.shown());
    } catch (MalformedCheckpointException e) {
      log.warn("{} is damaged and not used: {}", path, e.getMessage());
    } catch (IOException e) {
      log.warn("{} cannot be read and is not used: {}", path, e.toString());
    }
    return Optional.empty();
  }

  /** Caches a prompt encoder; logs a warning if the folder cannot be written. */
  void store(WebSource source, Optional<String> pin, PromptEncoderExtract extract) {
    Path path = path(source, pin);
    try {
      Files.createDirectories(folder, ownerOnly());
      AtomicFile.write(path, extract.safetensors());
      log.debug("Cached {} in {}", source.shown(), path);
    } catch (IOException e) {
      log.warn("Cannot cache the prompt encoder in {}: {}", path, e.toString());
    }
  }

  /** Returns the file that caches a source. */
  Path path(WebSource source, Optional<String> pin) {
    String key = source.key() + pin.map(digest -> "#sha256=" + digest).orElse("");
    String name = source.shown();
    String readable = name.substring(name.lastIndexOf('/') + 1).replaceAll("[^A-Za-z0-9]+", "-");
    String shortened = readable.substring(0, Math.min(readable.length(), 60));
    return folder.resolve("%s-%s.safetensors".formatted(shortened, digest(key)));
  }

  private static String digest(String key) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] bytes = digest.digest(key.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(bytes).substring(0, KEY_DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform supports SHA-256", e);
    }
  }

  /** Restricts access to the owner, because the weights can be from a private repository. */
  private static FileAttribute<?>[] ownerOnly() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }
}
