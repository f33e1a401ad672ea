package io.promptstream.encoder.checkpoint.web;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.client5.http.impl.DefaultSchemePortResolver;
import org.apache.hc.client5.http.routing.RoutingSupport;
import org.apache.hc.core5.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * The address of a file on the web, with its access token.
 *
 * @param uri an absolute {@code http} or {@code https} address without user and fragment
 * @param token the access token, sent only to the server of the address; null if there is none
 */
public record WebAddress(URI uri, @Nullable AccessToken token) {
  private static final int MAX_PORT = 65_535;

  /**
   * Parses an address that needs no token.
   *
   * @throws WebException if it is not an {@code http} or {@code https} address
   */
  static WebAddress parse(String text) throws WebException {
    try {
      return new WebAddress(checked(new URI(text)), null);
    } catch (URISyntaxException e) {
      // Omits the exception's message, because it repeats the address, which can contain a secret.
      throw new WebException(
          "it is not an address: %s at character %d".formatted(e.getReason(), e.getIndex() + 1));
    }
  }

  /** Checks an address and returns it without its fragment. */
  static URI checked(URI uri) throws WebException {
    String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new WebException(
          "its address begins with %s, expected http or https".formatted(ServerText.of(scheme)));
    }
    if (uri.getHost() == null) {
      throw new WebException("its address names no host");
    }
    if (uri.getPort() > MAX_PORT) {
      throw new WebException(
          "its address has the port %d, expected at most %d".formatted(uri.getPort(), MAX_PORT));
    }
    if (uri.getRawUserInfo() != null) {
      throw new WebException("its address contains a user or a password, which is not supported");
    }
    String text = uri.toString();
    int fragment = text.indexOf('#');
    return fragment < 0 ? uri : URI.create(text.substring(0, fragment));
  }

  WebAddress with(Optional<AccessToken> newToken) {
    return new WebAddress(uri, newToken.orElse(null));
  }

  /** Returns the token if the other address has the same scheme, host and port. */
  Optional<AccessToken> tokenFor(URI other) {
    return origin(uri).equals(origin(other)) ? Optional.ofNullable(token) : Optional.empty();
  }

  /** Returns the scheme, host and port of an address. */
  static HttpHost origin(URI uri) {
    return RoutingSupport.normalize(HttpHost.create(uri), DefaultSchemePortResolver.INSTANCE);
  }

  /** Returns the address for display, without its query, which can be a signature. */
  public String shown() {
    return shown(uri);
  }

  static String shown(URI uri) {
    String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
    String path = uri.getRawPath() == null ? "" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?...";
    return ServerText.of("%s://%s%s".formatted(uri.getScheme(), uri.getHost(), port))
        + path
        + query;
  }
}
