package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret that grants access to private and gated repositories of a hub. It is not a record, so
 * that {@link #toString()} does not print it.
 */
final class AccessToken {
  private static final Logger log = LoggerFactory.getLogger(AccessToken.class);
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

  private final String value;

  private AccessToken(String value) {
    this.value = value;
  }

  /**
   * Finds the token as {@code huggingface_hub} does: in {@code HF_TOKEN} or
   * {@code HUGGING_FACE_HUB_TOKEN}, otherwise in the file {@code HF_TOKEN_PATH} or
   * {@code HF_HOME/token}.
   *
   * @throws WebException if a token is configured but cannot be read or is invalid
   */
  static Optional<AccessToken> of(Map<String, String> environment) throws WebException {
    Optional<String> variable = Stream.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
        .filter(name -> !environment.getOrDefault(name, "").isBlank())
        .findFirst();
    if (variable.isPresent()) {
      return Optional.of(checked(environment.getOrDefault(variable.get(), ""), variable.get()));
    }
    String path = environment.getOrDefault("HF_TOKEN_PATH", "");
    Path file = path.isBlank() ? Folders.huggingFace(environment).resolve("token") : Path.of(path);
    String content;
    try {
      content = Files.readString(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (path.isBlank()) {
        // The file was not configured: an unreadable home must not fail a download without a token.
        log.warn("The access token in {} cannot be read and is not used: {}", file, e.toString());
        return Optional.empty();
      }
      throw new WebException("the access token in %s cannot be read: %s".formatted(file, e), e);
    }
    return content.isBlank() ? Optional.empty() : Optional.of(checked(content, file.toString()));
  }

  private static AccessToken checked(String text, String where) throws WebException {
    String value = text.strip();
    if (!TOKEN.matcher(value).matches()) {
      throw new WebException(
          "the access token in %s contains a character that is not allowed".formatted(where));
    }
    return new AccessToken(value);
  }

  /** Returns the value of the header {@code Authorization}. */
  String authorization() {
    return "Bearer " + value;
  }

  @Override
  public String toString() {
    return "AccessToken[hidden]";
  }
}
