package io.promptstream.encoder.checkpoint.web;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Hugging Face's hub, or one that answers like it, with what opens it.
 *
 * @param endpoint its address
 * @param token the user's token, for the endpoint only
 */
record Hub(WebAddress endpoint, Optional<AccessToken> token) {
  private static final String PUBLIC = "https://huggingface.co";

  /**
   * Returns the hub that the environment names with {@code HF_ENDPOINT}, else the public one.
   *
   * @throws WebException if it names none, or the token cannot be one
   */
  static Hub of(Map<String, String> environment) throws WebException {
    String named = environment.getOrDefault("HF_ENDPOINT", "").strip();
    String endpoint = (named.isEmpty() ? PUBLIC : named).replaceAll("/+$", "");
    try {
      return new Hub(WebAddress.parse(endpoint), AccessToken.of(environment));
    } catch (WebException e) {
      throw named.isEmpty() ? e : new WebException("HF_ENDPOINT: " + e.getMessage(), e);
    }
  }

  /** Returns the address of a file of a repository at a revision. */
  WebAddress file(String repository, String revision, String file) {
    // As huggingface_hub does it, the revision refs/pr/1 is one segment.
    String segment = URLEncoder.encode(revision, StandardCharsets.UTF_8).replace("+", "%20");
    URI uri =
        URI.create("%s/%s/resolve/%s/%s".formatted(endpoint.uri(), repository, segment, file));
    return new WebAddress(uri, token.orElse(null));
  }

  /** Gives an address its token if it is one of this hub. */
  WebAddress opened(WebAddress address) {
    boolean ours = WebAddress.origin(address.uri()).equals(WebAddress.origin(endpoint.uri()));
    return ours ? address.with(token) : address;
  }
}
