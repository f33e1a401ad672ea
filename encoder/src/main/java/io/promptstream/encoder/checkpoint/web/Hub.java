package io.promptstream.encoder.checkpoint.web;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * Hugging Face's hub, or a compatible one, with the user's access token.
 *
 * @param endpoint address of the hub
 * @param token the user's token, sent only to the endpoint
 */
record Hub(WebAddress endpoint, Optional<AccessToken> token) {
  private static final String PUBLIC = "https://huggingface.co";

  /**
   * Returns the hub that the environment names with {@code HF_ENDPOINT}, otherwise the public one.
   *
   * @throws WebException if {@code HF_ENDPOINT} is not an address, or the token is invalid
   */
  static Hub of(Map<String, String> environment) throws WebException {
    String configured = environment.getOrDefault("HF_ENDPOINT", "").strip();
    String endpoint = (configured.isEmpty() ? PUBLIC : configured).replaceAll("/+$", "");
    try {
      return new Hub(WebAddress.parse(endpoint), AccessToken.of(environment));
    } catch (WebException e) {
      throw configured.isEmpty() ? e : new WebException("HF_ENDPOINT: " + e.getMessage(), e);
    }
  }

  /** Returns the address of a file of a repository at a revision. */
  WebAddress file(String repository, String revision, String file) {
    // As in huggingface_hub, a revision such as refs/pr/1 is one path segment.
    String segment = URLEncoder.encode(revision, StandardCharsets.UTF_8).replace("+", "%20");
    URI uri =
        URI.create("%s/%s/resolve/%s/%s".formatted(endpoint.uri(), repository, segment, file));
    return new WebAddress(uri, token.orElse(null));
  }

  /** Adds the token to an address if the address is on this hub. */
  WebAddress opened(WebAddress address) {
    boolean onThisHub = WebAddress.origin(address.uri()).equals(WebAddress.origin(endpoint.uri()));
    return onThisHub ? address.with(token) : address;
  }
}
