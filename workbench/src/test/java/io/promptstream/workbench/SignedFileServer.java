package io.promptstream.workbench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** A hub with one file, which requires a signature and the user's token. */
final class SignedFileServer implements AutoCloseable {
  static final String TOKEN = "hf_s3cret66";
  static final String SIGNATURE = "signature-s3cret-77";

  private final HttpServer server;

  private SignedFileServer(HttpServer server) {
    this.server = server;
  }

  static SignedFileServer start(byte[] file) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> {
      try (exchange) {
        answer(exchange, file);
      }
    });
    server.start();
    return new SignedFileServer(server);
  }

  private static void answer(HttpExchange exchange, byte[] file) throws IOException {
    boolean signed = ("signature=" + SIGNATURE).equals(exchange.getRequestURI().getQuery());
    List<String> authorization =
        exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
    if (!signed || !authorization.equals(List.of("Bearer " + TOKEN))) {
      exchange.sendResponseHeaders(403, -1);
      return;
    }
    exchange.getResponseHeaders().add("ETag", "\"one\"");
    exchange.sendResponseHeaders(200, file.length);
    exchange.getResponseBody().write(file);
  }

  private String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Returns the address of the file with a signature, right or wrong. */
  String file(String signature) {
    return "%s/sam.safetensors?signature=%s".formatted(address(), signature);
  }

  /** Returns the environment variables with the token. */
  Map<String, String> environment() {
    return Map.of("HF_ENDPOINT", address(), "HF_TOKEN", TOKEN);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
