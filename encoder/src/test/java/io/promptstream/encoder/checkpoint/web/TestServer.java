package io.promptstream.encoder.checkpoint.web;

import static java.util.Objects.requireNonNullElse;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A file server on the loopback interface that records requests and counts the bytes sent. It
 * supports ranges, unless a test sets another behaviour.
 */
public final class TestServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Path> files = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile Behaviour behaviour = (exchange, range) -> false;

  /** A request that arrived. */
  public record Request(String path, Map<String, List<String>> headers) {
    /** Returns the values of a header, empty if absent. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> String.join(",", header.getValue()))
          .collect(Collectors.joining(","));
    }
  }

  /** The requested range of a file. */
  public record Range(Path file, long first, long last, long size, int request) {
    /** Returns the number of bytes. */
    public long length() {
      return last - first + 1;
    }
  }

  /** Replaces the normal response. */
  public interface Behaviour {
    /** Returns whether it sent a response; if not, the server sends the normal one. */
    boolean answer(HttpExchange exchange, Range range) throws IOException;
  }

  private TestServer(HttpServer server) {
    this.server = server;
  }

  /** Starts a server without files. */
  public static TestServer start() throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    TestServer server = new TestServer(http);
    http.createContext("/", server::handle);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Serves a file, and returns its address. */
  public String serve(String path, Path file) {
    files.put(path, file);
    return address(path);
  }

  /** Returns the address of a path. */
  public String address(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  /** Sets the behaviour for all further requests. */
  public void behave(Behaviour newBehaviour) {
    behaviour = newBehaviour;
  }

  /** Returns all requests since the start. */
  public List<Request> requests() {
    return requests;
  }

  /** Returns the number of body bytes sent. */
  public long bytesSent() {
    return bytesSent.get();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getRawPath();
    requests.add(new Request(path, Map.copyOf(exchange.getRequestHeaders())));
    try (exchange) {
      Path file = files.get(path);
      Range range = file == null
          ? new Range(Path.of("none"), 0, -1, 0, requests.size())
          : range(exchange, file);
      if (behaviour.answer(exchange, range)) {
        return;
      }
      if (file == null) {
        exchange.sendResponseHeaders(404, -1);
      } else if (range.first() >= range.size()) {
        exchange.getResponseHeaders().set("Content-Range", "bytes */" + range.size());
        exchange.sendResponseHeaders(416, -1);
      } else {
        sendRange(exchange, range);
      }
    } catch (IOException e) {
      // The client closed the connection.
    }
  }

  private Range range(HttpExchange exchange, Path file) throws IOException {
    long size = Files.size(file);
    Matcher requested = RANGE.matcher(
        requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "bytes=0-"));
    if (!requested.matches()) {
      throw new IllegalArgumentException("not a range");
    }
    String last = requested.group(2);
    long end = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
    return new Range(file, Long.parseLong(requested.group(1)), end, size, requests.size());
  }

  /** Sends the normal response. */
  public void sendRange(HttpExchange exchange, Range range) throws IOException {
    exchange
        .getResponseHeaders()
        .set(
            "Content-Range", "bytes %d-%d/%d".formatted(range.first(), range.last(), range.size()));
    exchange.sendResponseHeaders(206, range.length());
    send(exchange, range.file(), range.first(), range.length());
  }

  /** Responds like a server that does not support ranges. */
  public void sendAll(HttpExchange exchange, Range range) throws IOException {
    exchange.sendResponseHeaders(200, range.size());
    send(exchange, range.file(), 0, range.size());
  }

  /** Sends part of a file as a body. */
  public void send(HttpExchange exchange, Path file, long from, long length) throws IOException {
    OutputStream body = exchange.getResponseBody();
    ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long sent = 0;
      while (sent < length) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), length - sent));
        int read = channel.read(chunk, from + sent);
        // Counts the bytes before the client can receive them.
        bytesSent.addAndGet(read);
        body.write(chunk.array(), 0, read);
        sent += read;
      }
      body.flush();
    }
  }

  /** Sends a redirect. */
  public static boolean redirect(HttpExchange exchange, int status, String location) {
    try {
      exchange.getResponseHeaders().set("Location", location);
      exchange.sendResponseHeaders(status, -1);
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
