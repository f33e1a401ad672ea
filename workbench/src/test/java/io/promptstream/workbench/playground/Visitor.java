package io.promptstream.workbench.playground;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A program that speaks the protocol of the page. */
final class Visitor implements WebSocket.Listener, AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final String name;
  private final StringBuilder part = new StringBuilder();
  private final Queue<JsonNode> messages = new ConcurrentLinkedQueue<>();
  private final WebSocket socket;
  private final AtomicInteger actions = new AtomicInteger();
  private volatile boolean closed;

  /**
   * Opens a page.
   *
   * @throws CompletionException if the server refuses it
   */
  Visitor(HttpClient client, String url, String name, @Nullable String origin) {
    this.name = name;
    URI stream = URI.create(url.replaceFirst("^http", "ws") + "stream?session=" + name);
    WebSocket.Builder builder = client.newWebSocketBuilder();
    if (origin != null) {
      builder.header("Origin", origin);
    }
    socket = builder.buildAsync(stream, this).join();
  }

  @Override
  public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    part.append(data);
    if (last) {
      try {
        messages.add(MAPPER.readTree(part.toString()));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException(e);
      }
      part.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
    closed = true;
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed = true;
  }

  /** Returns whether the server has closed the page. */
  boolean isClosed() {
    return closed;
  }

  /**
   * Sends a message.
   *
   * @throws CompletionException if the server has closed the page
   */
  void send(String message) {
    socket.sendText(message, true).join();
  }

  /** Sends an action, as the page does. */
  void act(String action) {
    send("""
        {"type": "action", "action": {"action_id": "%s", "session_id": "%s-1", "object_id": "1",
         "image_id": "picture", "image_size": {"height": 480, "width": 640}, "action": {%s}}}""".formatted(actions.incrementAndGet(), name, action));
  }

  /** Clicks, and waits for the embedding. */
  void clickAndAwait() {
    long before = count(message -> isType(message, "embedding"));
    act("\"AddPoint\": {\"point\": {\"x\": 9, \"y\": 9, \"label\": \"FOREGROUND\"}}");
    await().atMost(TIMEOUT).until(() -> count(message -> isType(message, "embedding")) > before);
  }

  /** Waits for an error message with this code. */
  void awaitError(String code) {
    await()
        .atMost(TIMEOUT)
        .until(() -> count(message ->
                isType(message, "error") && message.path("code").asText().equals(code))
            > 0);
  }

  long count(Predicate<JsonNode> which) {
    return messages.stream().filter(which).count();
  }

  static boolean isType(JsonNode message, String type) {
    return message.path("type").asText().equals(type);
  }

  @Override
  public void close() {
    socket.abort();
  }
}
