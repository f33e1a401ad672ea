package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/** An HTTP proxy for a schema registry. It forwards requests unless a test sets another answer. */
final class RegistryProxy implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpClient client = HttpClient.newHttpClient();
  private final URI registry;
  private volatile Function<String, Optional<Answer>> answers = path -> Optional.empty();

  /** An answer that replaces the registry's. */
  record Answer(int status, String body) {}

  private RegistryProxy(HttpServer server, URI registry) {
    this.server = server;
    this.registry = registry;
  }

  static RegistryProxy before(URI registry) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RegistryProxy proxy = new RegistryProxy(server, registry);
    server.createContext("/", proxy::handle);
    server.setExecutor(proxy.threads);
    server.start();
    return proxy;
  }

  int port() {
    return server.getAddress().getPort();
  }

  /**
   * Sets the answers to later requests.
   *
   * @param answers takes a request's path; returns empty to forward the request
   */
  void answer(Function<String, Optional<Answer>> answers) {
    this.answers = answers;
  }

  /** Forwards all later requests. */
  void passOn() {
    answers = path -> Optional.empty();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Answer answer = answers
          .apply(exchange.getRequestURI().getPath())
          .orElseGet(() -> ofRegistry(exchange, body));
      byte[] bytes = answer.body().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Answer ofRegistry(HttpExchange exchange, byte[] body) {
    HttpRequest request = HttpRequest.newBuilder(
            registry.resolve(exchange.getRequestURI().toString()))
        .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body))
        .header("Content-Type", "application/json")
        .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
