package io.promptstream.workbench.playground;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.Resources;
import io.promptstream.workbench.SharedServices;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests that the playground and its stream survive visitors that are not the page. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class HostileVisitorsIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int PAGES = 500;
  private static final int FLOOD_SECONDS = 2;
  private static final int FLOOD_PER_SECOND = 10_000;
  private static final long NANOS = 1_000_000_000L;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Resources parts = new Resources();
  private SharedServices services;
  private LocalPipeline pipeline;
  private String url;

  @BeforeAll
  void start(SharedServices shared) throws Exception {
    services = shared;
    pipeline = parts.add(shared.start(Map.of(PromptStreamConfig.SESSIONS, "true")));
    url = parts.add(Playground.start(pipeline.config(), "127.0.0.1", 0, null)).url();
  }

  @AfterAll
  void stop() {
    parts.close();
  }

  @Test
  void shouldSayWhichTopicIsMissing() {
    PromptStreamConfig elsewhere =
        PromptStreamConfig.of(services.settings(Map.of(PromptStreamConfig.SESSIONS, "true")));
    assertThatThrownBy(() -> Playground.start(elsewhere, "127.0.0.1", 0, null))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("have no topic " + elsewhere.inputTopic());
  }

  @Test
  void shouldSayThatSessionsAreTurnedOff() {
    PromptStreamConfig without = PromptStreamConfig.of(services.settings(Map.of()));
    assertThatThrownBy(() -> Playground.start(without, "127.0.0.1", 0, null))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining("promptstream.sessions=true");
  }

  @Test
  void shouldSayThatThePortIsTaken() {
    assertThatThrownBy(() -> Playground.start(pipeline.config(), "127.0.0.1", port(), null))
        .isInstanceOf(CommandFailedException.class)
        .hasMessageContaining(url.substring("http://".length(), url.length() - 1));
  }

  @Test
  void shouldRefusePagesOfOtherOrigins() throws IOException {
    assertThatThrownBy(() -> new Visitor(client, url, "a", "https://evil.example"))
        .isInstanceOf(CompletionException.class);
    assertThat(get("/", "evil.example")).startsWith("HTTP/1.1 403");
    try (Visitor own = new Visitor(client, url, "a", url.substring(0, url.length() - 1))) {
      own.clickAndAwait();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../Playground.class",
        "/%2e%2e/Playground.class",
        "/..%2fPlayground.class",
        "/page/../../Playground.class",
        "/..\\Playground.class",
        "/%252e%252e/Playground.class",
        "//etc/passwd",
        "/../../../../../../etc/passwd",
        "/WEB-INF/web.xml"
      })
  void shouldServeOnlyTheFilesOfThePage(String path) throws IOException {
    assertThat(get(path, "127.0.0.1")).startsWith("HTTP/1.1 40");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no json",
        "null",
        "[[[[",
        "{\"type\": \"action\"}",
        "{\"type\": \"load\", \"events\": 2000000000}",
        "{\"type\": \"load\", \"events\": {}}",
        "{\"type\": \"action\", \"action\": {\"action_id\": {\"a\": []}}}"
      })
  void shouldAnswerWhatIsNoActionWithAnError(String message) {
    try (Visitor visitor = visitor("b" + Integer.toHexString(message.hashCode()))) {
      visitor.send(message);
      visitor.awaitError("INVALID_ACTION");
      visitor.clickAndAwait();
    }
  }

  @Test
  void shouldRefuseSessionsOfOthers() {
    try (Visitor other = visitor("other");
        Visitor visitor = visitor("c")) {
      visitor.send("""
          {"type": "action", "action": {"action_id": "1", "session_id": "other-1", "object_id": "1",
           "image_id": "i", "image_size": {"height": 9, "width": 9}, "action": {"Undo": {}}}}""");
      visitor.awaitError("INVALID_ACTION");
      visitor.clickAndAwait();
      assertThat(other.count(message -> !message.has("per_second"))).isEqualTo(1);
    }
  }

  @Test
  void shouldCloseAPageThatSendsAHugeMessage() {
    try (Visitor visitor = visitor("d");
        Visitor other = visitor("e")) {
      assertThatThrownBy(() -> {
            while (!visitor.isClosed()) {
              visitor.send("x".repeat(4 << 20));
            }
            visitor.send("");
          })
          .isInstanceOf(CompletionException.class);
      other.clickAndAwait();
    }
  }

  @Test
  void shouldAnswerOthersWhileOneSends10000MessagesASecond() {
    try (Visitor flood = visitor("flood");
        Visitor other = visitor("calm")) {
      other.clickAndAwait();
      long next = System.nanoTime();
      int messages = FLOOD_SECONDS * FLOOD_PER_SECOND;
      for (int i = 0; i < messages; i++) {
        flood.act("\"AddPoint\": {\"point\": {\"x\": 1, \"y\": 1, \"label\": \"FOREGROUND\"}}");
        if (i == messages / 2) {
          other.clickAndAwait();
        }
        next += NANOS / FLOOD_PER_SECOND;
        LockSupport.parkNanos(next - System.nanoTime());
      }
      flood.awaitError("TOO_FAST");
      other.clickAndAwait();
      assertThat(flood.count(message -> Visitor.isType(message, "produced")))
          .isLessThan(messages / 2);
    }
  }

  @Test
  void shouldServe500PagesAtOnce() {
    List<Visitor> pages = new ArrayList<>();
    try {
      for (int i = 0; i < PAGES; i++) {
        pages.add(visitor("page" + i));
      }
      pages.get(PAGES - 1).clickAndAwait();
      await()
          .atMost(TIMEOUT)
          .until(() -> pages.stream()
              .allMatch(page -> page.count(message -> Visitor.isType(message, "hello")) == 1));
      assertThat(pages.get(0).count(message -> Visitor.isType(message, "prompt")))
          .isZero();
    } finally {
      pages.forEach(Visitor::close);
    }
    try (Visitor after = visitor("after")) {
      after.clickAndAwait();
    }
  }

  private Visitor visitor(String name) {
    return new Visitor(client, url, name, null);
  }

  private int port() {
    return URI.create(url).getPort();
  }

  /** Returns the answer to a request that no client library would send. */
  private String get(String path, String host) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port())) {
      socket.setSoTimeout((int) TIMEOUT.toMillis());
      socket
          .getOutputStream()
          .write("GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
              .formatted(path, host)
              .getBytes(UTF_8));
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }
}
