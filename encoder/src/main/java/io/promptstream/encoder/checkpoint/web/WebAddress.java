package io.promptstream.encoder.checkpoint.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a file lies on the web.
 *
 * @param uri an absolute {@code http} or {@code https} address without user and fragment
 * @param token what opens it; for its own server only
 */
public record WebAddress(URI uri, @Nullable AccessToken token) {
  private static final int MAX_PORT = 65_535;

  /**
   * Parses an address that needs no token.
   *
   * @throws WebException if it is not one of {@code http} or {@code https}
   */
  static WebAddress parse(String text) throws WebException {
    try {
      return new WebAddress(checked(new URI(text)), null);
    } catch (URISyntaxException e) {
      // Without the exception's message: it repeats the address, which may hold a secret.
      throw new WebException(
          "it is not an address: %s at character %d".formatted(e.getReason(), e.getIndex() + 1));
    }
  }

  /** Returns an address without its fragment, if it is one that can be asked. */
  static URI checked(URI uri) throws WebException {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new WebException(
          "its address begins with %s, expected http or https".formatted(Printable.of(scheme)));
    }
    if (uri.getHost() == null) {
      throw new WebException("its address names no host");
    }
    if (uri.getPort() > MAX_PORT) {
      throw new WebException(
          "its address has the port %d, expected at most %d".formatted(uri.getPort(), MAX_PORT));
    }
    if (uri.getRawUserInfo() != null) {
      throw new WebException("its address holds a user or a password, which is not supported");
    }
    String text = uri.toString();
    int fragment = text.indexOf('#');
    return fragment < 0 ? uri : URI.create(text.substring(0, fragment));
  }

  WebAddress with(Optional<AccessToken> newToken) {
    return new WebAddress(uri, newToken.orElse(null));
  }

  /** Returns the token if the other address is on the same server: scheme, host and port. */
  Optional<AccessToken> tokenFor(URI other) {
    return origin(uri).equals(origin(other)) ? Optional.ofNullable(token) : Optional.empty();
  }

  static String origin(URI uri) {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    int ordinary = scheme.equals("https") ? 443 : 80;
    int port = uri.getPort() < 0 ? ordinary : uri.getPort();
    return "%s://%s:%d"
        .formatted(scheme, String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT), port);
  }

  /** Returns the address for people: without its query, which may be a signature. */
  public String shown() {
    return shown(uri);
  }

  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?...";
    return Printable.of("%s://%s%s".formatted(uri.getScheme(), uri.getHost(), port)) + path + query;
  }
}
