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
 * goes to the server that it is for and to no other, wherever that one leads.
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
   * Gets an address.
   *
   * @param start where to begin: the address itself, or where it has led before
   * @return any answer but a redirect
   * @throws RetryableException if no answer came
   * @throws WebException if a redirect cannot be followed, or the server is not who it should be
   */
  WebResponse get(WebAddress address, URI start, Map<String, String> headers) throws IOException {
    URI uri = start;
    String commit = null;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpResponse<BodyStream> response = send(address, uri, headers);
      String told = commit(address, uri, response);
      commit = told == null ? commit : told;
      if (!REDIRECTS.contains(response.statusCode())) {
        return new WebResponse(
            response.statusCode(), response.headers(), response.body(), uri, commit);
      }
      response.body().close();
      uri = next(uri, response);
    }
    throw new WebException("the server redirects more than %d times".formatted(MAX_REDIRECTS));
  }

  /** Only the hub itself knows, not the storage that it leads to. */
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
              .formatted(WebAddress.origin(uri), Printable.of(String.valueOf(e.getMessage()))),
          e);
    } catch (HttpTimeoutException e) {
      throw new RetryableException(
          "%s has not answered in time".formatted(WebAddress.origin(uri)), e);
    } catch (ConnectException e) {
      throw new RetryableException("no connection to " + WebAddress.origin(uri), e);
    } catch (IOException e) {
      throw new RetryableException(
          "the connection to %s failed: %s"
              .formatted(WebAddress.origin(uri), Printable.of(String.valueOf(e.getMessage()))),
          e);
    }
  }

  private static URI next(URI uri, HttpResponse<BodyStream> response) throws WebException {
    String location = response.headers().firstValue("Location").orElse("");
    URI next;
    try {
      next = WebAddress.checked(uri.resolve(location));
    } catch (IllegalArgumentException e) {
      throw new WebException("the server redirects to what is not an address", e);
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
