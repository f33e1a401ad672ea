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
 * A server of files on the loopback that counts the bytes that it sends and notes what it is asked.
 * It sends ranges, until it is told to misbehave.
 */
public final class TestServer implements AutoCloseable {
  private static final Pattern RANGE = Pattern.compile("bytes=(\\d+)-(\\d*)");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Path> files = new ConcurrentHashMap<>();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicLong bytesSent = new AtomicLong();
  private volatile Behaviour behaviour = (exchange, range) -> false;

  /** What was asked. */
  public record Request(String path, Map<String, List<String>> headers) {
    /** Returns the values of a header, empty where there is none. */
    public String header(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .map(header -> String.join(",", header.getValue()))
          .collect(Collectors.joining(","));
    }
  }

  /** The part of a file that is asked for. */
  public record Range(Path file, long first, long last, long size, int request) {
    /** Returns the number of bytes. */
    public long length() {
      return last - first + 1;
    }
  }

  /** Another way to answer. */
  public interface Behaviour {
    /** Returns whether it has answered; else the server answers as it should. */
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

  /** Misbehaves from now on. */
  public void behave(Behaviour newBehaviour) {
    behaviour = newBehaviour;
  }

  /** Returns all requests since the start. */
  public List<Request> requests() {
    return requests;
  }

  /** Returns how many bytes of bodies were sent. */
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
      // The client has what it wants and went away.
    }
  }

  private Range range(HttpExchange exchange, Path file) throws IOException {
    long size = Files.size(file);
    Matcher asked = RANGE.matcher(
        requireNonNullElse(exchange.getRequestHeaders().getFirst("Range"), "bytes=0-"));
    if (!asked.matches()) {
      throw new IllegalArgumentException("not a range");
    }
    String last = asked.group(2);
    long end = last.isEmpty() ? size - 1 : Math.min(Long.parseLong(last), size - 1);
    return new Range(file, Long.parseLong(asked.group(1)), end, size, requests.size());
  }

  /** Answers as it should. */
  public void sendRange(HttpExchange exchange, Range range) throws IOException {
    exchange
        .getResponseHeaders()
        .set(
            "Content-Range", "bytes %d-%d/%d".formatted(range.first(), range.last(), range.size()));
    exchange.sendResponseHeaders(206, range.length());
    send(exchange, range.file(), range.first(), range.length());
  }

  /** Answers as one that knows no ranges. */
  public void sendAll(HttpExchange exchange, Range range) throws IOException {
    exchange.sendResponseHeaders(200, range.size());
    send(exchange, range.file(), 0, range.size());
  }

  /** Sends a part of a file as a body. */
  public void send(HttpExchange exchange, Path file, long from, long length) throws IOException {
    OutputStream body = exchange.getResponseBody();
    ByteBuffer chunk = ByteBuffer.allocate(16 << 10);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long sent = 0;
      while (sent < length) {
        chunk.clear().limit((int) Math.min(chunk.capacity(), length - sent));
        int read = channel.read(chunk, from + sent);
        // Before the client can have seen them.
        bytesSent.addAndGet(read);
        body.write(chunk.array(), 0, read);
        sent += read;
      }
      body.flush();
    }
  }

  /** Redirects. */
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
