package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests and follows redirects, with the JDK's own proxy settings and trust store. A token
 * is sent only to its own server, never to a redirect target on another server.
 */
final class HttpTransport {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final String COMMIT = "X-Repo-Commit";

  private final HttpClient client;
  private final WebOptions options;

  HttpTransport(WebOptions options) {
    this.options = options;
    this.client = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NEVER)
        .connectTimeout(options.connectTimeout())
        .build();
  }

  /**
   * Sends a GET request to an address and follows redirects.
   *
   * @param start the URI of the first request: the address itself, or an earlier redirect target
   * @return any response except a redirect
   * @throws RetryableException if no response arrived
   * @throws WebException if a redirect cannot be followed, or the TLS connection fails
   */
  WebResponse get(WebAddress address, URI start, Map<String, String> headers) throws IOException {
    URI uri = start;
    String commit = null;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<BodyStream> response = send(address, uri, headers);
      String responseCommit = commit(address, uri, response);
      commit = responseCommit == null ? commit : responseCommit;
      if (!REDIRECTS.contains(response.statusCode())) {
        return new WebResponse(
            response.statusCode(), response.headers(), response.body(), uri, commit);
      }
      response.body().close();
      uri = next(uri, response);
    }
    throw new WebException("the server redirects more than %d times".formatted(MAX_REDIRECTS));
  }

  /** Returns the commit if the hub itself responds; the storage that it redirects to has none. */
  private static @Nullable String commit(
      WebAddress address, URI uri, HttpResponse<BodyStream> response) {
    return WebAddress.origin(uri).equals(WebAddress.origin(address.uri()))
        ? response.headers().firstValue(COMMIT).orElse(null)
        : null;
  }

  private HttpResponse<BodyStream> send(WebAddress address, URI uri, Map<String, String> headers)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(options.responseTimeout());
    headers.forEach(request::header);
    address.tokenFor(uri).ifPresent(t -> request.header("Authorization", t.authorization()));
    try {
      return client.send(request.build(), info -> new BodyStream(options.responseTimeout()));
    } catch (InterruptedException e) {
      throw Interruption.of(e);
    } catch (SSLException e) {
      throw new WebException(
          "no secure connection to %s: %s"
              .formatted(WebAddress.origin(uri), ServerText.of(String.valueOf(e.getMessage()))),
          e);
    } catch (HttpTimeoutException e) {
      throw new RetryableException(
          "%s did not answer in time".formatted(WebAddress.origin(uri)), e);
    } catch (ConnectException e) {
      throw new RetryableException("no connection to " + WebAddress.origin(uri), e);
    } catch (IOException e) {
      throw new RetryableException(
          "the connection to %s failed: %s"
              .formatted(WebAddress.origin(uri), ServerText.of(String.valueOf(e.getMessage()))),
          e);
    }
  }

  private static URI next(URI uri, HttpResponse<BodyStream> response) throws WebException {
    String location = response.headers().firstValue("Location").orElse("");
    URI next;
    try {
      next = WebAddress.checked(uri.resolve(location));
    } catch (IllegalArgumentException e) {
      throw new WebException("the server redirects to an invalid address", e);
    }
    if (location.isEmpty()) {
      throw new WebException("the server redirects without saying where to");
    }
    if ("https".equalsIgnoreCase(uri.getScheme()) && !"https".equalsIgnoreCase(next.getScheme())) {
      throw new WebException("the server redirects from https to %s, which is not followed"
          .formatted(WebAddress.shown(next)));
    }
    return next;
  }
}
