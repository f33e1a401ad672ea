package io.promptstream.encoder.checkpoint;

import static io.promptstream.encoder.checkpoint.MalformedCheckpointException.quote;

import io.promptstream.encoder.checkpoint.web.DownloadProgress;
import io.promptstream.encoder.checkpoint.web.Folders;
import io.promptstream.encoder.checkpoint.web.WebFiles;
import io.promptstream.encoder.checkpoint.web.WebOptions;
import io.promptstream.encoder.checkpoint.web.WebSource;
import io.promptstream.encoder.checkpoint.web.WebSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the prompt encoder's part of checkpoints on the web, and caches it.
 *
 * <p>A source is an {@code https://} or {@code http://} address, {@code hf:OWNER/NAME[@REVISION]}
 * for the safetensors of a Hugging Face repository, or a well-known name such as {@code sam_vit_b},
 * unless there is a file of that name. To pin the weights, append {@code #sha256=} and the digest
 * that {@code checkpoint inspect} prints.
 *
 * <p>A prompt encoder that was fetched once is read from the cache folder from then on, so that a
 * restart neither needs the network nor changes the model. Inspecting or extracting a source
 * fetches it again and refreshes the cache.
 */
final class WebCheckpoints {
  private static final Logger log = LoggerFactory.getLogger(WebCheckpoints.class);
  private static final Pattern PIN = Pattern.compile("sha256=([0-9a-fA-F]{64})");

  private final WebSources sources;
  private final WebFiles web;
  private final PromptEncoderCache cache;

  WebCheckpoints(WebSources sources, WebFiles web, PromptEncoderCache cache) {
    this.sources = sources;
    this.web = web;
    this.cache = cache;
  }

  /** Returns a reader for the environment of this process. */
  static WebCheckpoints ofThisProcess() {
    return of(System.getenv());
  }

  static WebCheckpoints of(Map<String, String> environment) {
    return new WebCheckpoints(
        new WebSources(environment),
        new WebFiles(WebOptions.DEFAULT, DownloadProgress::of),
        new PromptEncoderCache(Folders.promptStream(environment)));
  }

  /** Returns whether a source is on the web and not a file on this machine. */
  static boolean isOnTheWeb(String source) {
    return WebSources.isOnTheWeb(withoutPin(source)) && !isFile(source);
  }

  private static boolean isFile(String source) {
    try {
      return Files.exists(Path.of(source));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static String withoutPin(String source) {
    int fragment = source.indexOf('#');
    return fragment < 0 ? source : source.substring(0, fragment);
  }

  /**
   * Reads weights, from the cache if possible.
   *
   * @throws CheckpointException if they cannot be read, or do not have the digest that the source
   *     pins
   */
  PromptEncoderWeights read(String source) {
    return namingSource(source, () -> {
      WebSource resolved = sources.resolve(withoutPin(source));
      Optional<String> pin = pin(source);
      Optional<PromptEncoderExtract> cached = cache.find(resolved, pin);
      if (cached.isPresent()
          && pin.map(cached.get().inspection().sha256()::equals).orElse(true)) {
        log.info(
            "Using the prompt encoder of {} that is cached in {}",
            resolved.shown(),
            cache.path(resolved, pin));
        return cached.get().weights();
      }
      return fetch(resolved, pin).weights();
    });
  }

  /**
   * Fetches a prompt encoder from the web and replaces the cached one.
   *
   * @throws CheckpointException as {@link #read}
   */
  PromptEncoderExtract fetch(String source) {
    return namingSource(source, () -> fetch(sources.resolve(withoutPin(source)), pin(source)));
  }

  private PromptEncoderExtract fetch(WebSource source, Optional<String> pin) throws IOException {
    try (RemoteCheckpoint checkpoint = new RemoteCheckpoint(web, source)) {
      PromptEncoderExtract extract = PromptEncoderExtract.read(checkpoint);
      CheckpointInspection found = extract.inspection();
      log.info("Read {} of {} bytes of {}", found.bytesRead(), found.bytesThere(), source.shown());
      if (pin.isPresent() && !pin.get().equals(found.sha256())) {
        throw new MalformedCheckpointException(
            "its prompt encoder has the SHA-256 %s, expected %s, which the source pins"
                .formatted(found.sha256(), pin.get()));
      }
      cache.store(source, pin, extract);
      return extract;
    }
  }

  private static Optional<String> pin(String source) throws MalformedCheckpointException {
    int fragment = source.indexOf('#');
    if (fragment < 0) {
      return Optional.empty();
    }
    Matcher pin = PIN.matcher(source.substring(fragment + 1));
    if (!pin.matches()) {
      throw new MalformedCheckpointException(
          "the part after # is '%s', expected sha256= and 64 hexadecimal digits"
              .formatted(quote(source.substring(fragment + 1))));
    }
    return Optional.of(pin.group(1).toLowerCase(Locale.ROOT));
  }

  /** An action whose exceptions do not name the source. */
  private interface Reading<T> {
    T read() throws IOException;
  }

  private static <T> T namingSource(String source, Reading<T> reading) {
    try {
      return reading.read();
    } catch (IOException e) {
      throw new CheckpointException(
          "Checkpoint %s: %s".formatted(SourceName.shown(source), e.getMessage()), e);
    }
  }
}
