package io.promptstream.encoder.checkpoint.web;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProxySelector;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Requests the bytes of one file, follows redirects, and counts the bytes that arrive. Proxies and
 * certificates are those of the JDK. A token is sent only to its own server, never to a redirect
 * target on another server.
 */
final class Requests implements Closeable {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  /** Statuses that storage returns for an expired redirect target. */
  private static final Set<Integer> EXPIRED = Set.of(400, 401, 403, 404, 410);

  /** Limits the heap that a server can fill with headers and chunk extensions. */
  private static final Http1Config LIMITS =
      Http1Config.custom().setMaxLineLength(64 << 10).setMaxHeaderCount(256).build();

  private final CloseableHttpClient client;
  private final WebOptions options;
  private final WebAddress address;
  private final Progress progress;
  private URI location;
  private @Nullable String commit;
  private long bytesRead;

  Requests(WebOptions options, WebAddress address, Progress progress) {
    this.options = options;
    this.address = address;
    this.progress = progress;
    this.location = address.uri();
    Timeout responseTimeout = Timeout.of(options.responseTimeout());
    // Redirects are followed here, because the client reads a redirect's body to its end.
    this.client = HttpClients.custom()
        .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
            .useSystemProperties()
            .setConnectionFactory(
                ManagedHttpClientConnectionFactory.builder().http1Config(LIMITS).build())
            .setDefaultConnectionConfig(ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(options.connectTimeout()))
                .setSocketTimeout(responseTimeout)
                .build())
            .build())
        .setDefaultRequestConfig(
            RequestConfig.custom().setResponseTimeout(responseTimeout).build())
        .setProxySelector(ProxySelector.getDefault())
        .setUserAgent("promptstream")
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .build();
  }

  WebOptions options() {
    return options;
  }

  /**
   * Requests a range.
   *
   * @param range {@code A-B}, or {@code A-} to the end
   * @param known the expected version of the file, empty for the first request
   * @return a response with status 200, 206 or 416
   */
  WebResponse get(String range, Optional<FileVersion> known) throws IOException {
    WebResponse response = follow(location, range, known);
    if (!location.equals(address.uri()) && EXPIRED.contains(response.status())) {
      response.close();
      response = follow(address.uri(), range, known);
    }
    try {
      response.requireFile();
    } catch (WebException e) {
      response.close();
      throw e;
    }
    location = response.uri();
    return response;
  }

  /** Returns any response except a redirect. */
  private WebResponse follow(URI start, String range, Optional<FileVersion> known)
      throws IOException {
    URI uri = start;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpGet request = new HttpGet(uri);
      request.setHeader("Range", "bytes=" + range);
      request.setHeader("Accept-Encoding", "identity");
      known.flatMap(FileVersion::ifRange).ifPresent(tag -> request.setHeader("If-Range", tag));
      address
          .tokenFor(uri)
          .ifPresent(token -> request.setHeader("Authorization", token.authorization()));
      WebResponse response = send(request, uri);
      String newCommit = response.header("X-Repo-Commit");
      // The storage that the hub redirects to is not asked for the commit.
      if (!newCommit.isEmpty() && WebAddress.origin(uri).equals(WebAddress.origin(address.uri()))) {
        commit = newCommit;
      }
      if (!REDIRECTS.contains(response.status())) {
        return response;
      }
      response.close();
      uri = next(uri, response.header("Location"));
    }
    throw new WebException("the server redirects more than %d times".formatted(MAX_REDIRECTS));
  }

  private WebResponse send(HttpGet request, URI uri) throws IOException {
    HttpHost host = WebAddress.origin(uri);
    try {
      return WebResponse.of(request, client.executeOpen(null, request, null), uri);
    } catch (SSLException e) {
      throw new WebException("no secure connection to %s: %s".formatted(host, ServerText.of(e)), e);
    } catch (SocketTimeoutException e) {
      throw WebException.transientFailure("%s did not answer in time".formatted(host), e);
    } catch (ConnectException | UnknownHostException e) {
      throw WebException.transientFailure("no connection to " + host, e);
    } catch (IOException e) {
      throw WebException.transientFailure(
          "the connection to %s failed: %s".formatted(host, ServerText.of(e)), e);
    }
  }

  private static URI next(URI uri, String location) throws WebException {
    if (location.isEmpty()) {
      throw new WebException("the server redirects without saying where to");
    }
    URI next;
    try {
      next = WebAddress.checked(uri.resolve(location));
    } catch (IllegalArgumentException e) {
      throw new WebException("the server redirects to an invalid address", e);
    }
    if ("https".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(next.getScheme())) {
      throw new WebException("the server redirects from https to %s, which is not followed"
          .formatted(WebAddress.shown(next)));
    }
    return next;
  }

  /**
   * Reads available bytes of a body.
   *
   * @param total the size of the file, -1 if unknown
   * @param sequential as in {@link Progress#update}
   * @return the number of bytes, -1 at the end
   * @throws WebException if the connection broke, or the server sends nothing
   */
  int read(WebResponse response, byte[] chunk, int length, long total, boolean sequential)
      throws IOException {
    try {
      int count = response.body().read(chunk, 0, length);
      if (count > 0) {
        bytesRead += count;
        progress.update(bytesRead, total, sequential);
      }
      return count;
    } catch (IOException e) {
      String reason = e instanceof SocketTimeoutException
          ? "the server has sent nothing for %d ms"
              .formatted(options.responseTimeout().toMillis())
          : ServerText.of(e);
      throw WebException.transientFailure(
          "the connection to %s broke after %d bytes: %s"
              .formatted(WebAddress.origin(response.uri()), bytesRead, reason),
          e);
    }
  }

  /** Returns the number of bytes that have arrived, including unused ones. */
  long bytesRead() {
    return bytesRead;
  }

  /** Returns the commit of the hub's repository, empty if there is none. */
  Optional<String> commit() {
    return Optional.ofNullable(commit);
  }

  /** Drops all connections and ends the progress. */
  @Override
  public void close() {
    progress.close();
    client.close(CloseMode.IMMEDIATE);
  }
}
