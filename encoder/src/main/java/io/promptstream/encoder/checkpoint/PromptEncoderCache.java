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
 * A folder of prompt encoders that were fetched from the web, each in a file of its own as
 * {@code checkpoint extract} writes it. What is found there is believed only if its tensors have
 * the digest that its metadata names.
 */
final class PromptEncoderCache {
  private static final Logger log = LoggerFactory.getLogger(PromptEncoderCache.class);
  private static final int KEY_DIGITS = 16;

  private final Path folder;

  PromptEncoderCache(Path folder) {
    this.folder = folder;
  }

  /**
   * Returns what is kept of a source, nothing where there is none that is sound.
   *
   * @param pin the digest that the weights must have, if the source names one: what is pinned is
   *     kept for itself, so that nothing that renews the source takes it away
   */
  Optional<PromptEncoderExtract> find(WebSource source, Optional<String> pin) {
    Path path = path(source, pin);
    WeightsOrigin origin = new WeightsOrigin.Web(source.shown());
    try (LocalCheckpoint file = LocalCheckpoint.open(path, origin)) {
      PromptEncoderExtract kept = PromptEncoderExtract.read(file);
      String expected = file.extractMetadata().map(ExtractMetadata::sha256).orElse("none");
      String found = kept.metadata().sha256();
      if (found.equals(expected)) {
        return Optional.of(kept);
      }
      log.warn(
          "{} is damaged and not used: its tensors have the SHA-256 {}, expected {}",
          path,
          found,
          MalformedCheckpointException.quote(expected));
    } catch (NoSuchFileException e) {
      log.debug("{} is not kept", source.shown());
    } catch (MalformedCheckpointException e) {
      log.warn("{} is damaged and not used: {}", path, e.getMessage());
    } catch (IOException e) {
      log.warn("{} cannot be read and is not used: {}", path, e.toString());
    }
    return Optional.empty();
  }

  /** Keeps a prompt encoder; if the folder cannot be written, that is no more than a warning. */
  void store(WebSource source, Optional<String> pin, PromptEncoderExtract extract) {
    Path path = path(source, pin);
    try {
      Files.createDirectories(folder, ofOwner());
      AtomicFile.write(path, extract.safetensors());
      log.debug("Kept {} in {}", source.shown(), path);
    } catch (IOException e) {
      log.warn("Cannot keep the prompt encoder in {}: {}", path, e.toString());
    }
  }

  /** Returns where a source is kept. */
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
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }

  /** Weights of a private repository are for its user alone. */
  private static FileAttribute<?>[] ofOwner() {
    boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        }
        : new FileAttribute<?>[0];
  }
}
