package io.promptstream.application.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class HttpEndpointTest {
  private static final int MEBI = 1 << 20;
  private static final String METRICS = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String MANY_REQUESTS = "many requests";
  private static final String RESET = "(?i).*(reset|broken pipe).*";

  @Test
  void shouldServeAnApplicationThatIsStarting() throws Exception {
    try (HttpEndpoint endpoint = start()) {
      assertThat(get(endpoint, "/live").statusCode()).isEqualTo(200);
      assertThat(get(endpoint, "/live").body()).contains("\"live\":true", "starting");
      assertThat(get(endpoint, "/ready").statusCode()).isEqualTo(503);
      assertThat(get(endpoint, "/ready").body()).contains("\"ready\":false", "starting");
      assertThat(get(endpoint, "/topology").statusCode()).isEqualTo(503);
      assertThat(get(endpoint, "/models").body()).isEqualTo("[]");
      assertThat(get(endpoint, "/config").body()).isEqualTo("a=b (file)\n");
      assertThat(get(endpoint, "/metrics").body())
          .contains("promptstream_live 1.0\n", "promptstream_ready 0.0\n", "jvm_memory_used_bytes");
      assertThat(get(endpoint, "/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void shouldNotListenWithoutAPort() {
    try (HttpEndpoint endpoint = HttpEndpoint.start(config(Map.of()), List.of())) {
      assertThat(endpoint.port()).isEqualTo(-1);
    }
  }

  @Test
  void shouldGoOnWithoutAnEndpointIfThePortIsInUse() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpEndpoint endpoint =
            start("promptstream.http.port", Integer.toString(other.getLocalPort()))) {
      assertThat(endpoint.port()).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"no-such-host.invalid", "192.0.2.1"})
  void shouldGoOnWithoutAnEndpointIfTheAddressIsNotHere(String host) {
    try (HttpEndpoint endpoint = start("promptstream.http.host", host)) {
      assertThat(endpoint.port()).isEqualTo(-1);
    }
  }

  @Test
  void shouldRefuseToChangeAnything() throws Exception {
    try (HttpEndpoint endpoint = start()) {
      HttpResponse<String> response =
          send(endpoint, HttpRequest.newBuilder().POST(BodyPublishers.ofString("x")), "/live");

      assertThat(response.statusCode()).isEqualTo(405);
      assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
      assertThat(send(
                  endpoint,
                  HttpRequest.newBuilder().method("HEAD", BodyPublishers.noBody()),
                  "/metrics")
              .statusCode())
          .isEqualTo(200);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1048576\r\n\r\n",
        "GET /live HTTP/1.1\r\nHost: x\r\nX-Large: ",
        "GET /"
      })
  void shouldSurviveARequestOfAMegabyte(String begin) throws Exception {
    try (HttpEndpoint endpoint = start()) {
      try (Socket socket = connect(endpoint)) {
        socket.getOutputStream().write(begin.getBytes(US_ASCII));
        socket.getOutputStream().write("a".repeat(MEBI).getBytes(US_ASCII));
        socket.getOutputStream().flush();
        assertThat(firstLine(socket)).doesNotContain(" 200 ");
      } catch (SocketException e) {
        assertThat(e).hasMessageMatching(RESET);
      }
      assertThat(get(endpoint, "/live").statusCode()).isEqualTo(200);
    }
  }

  /** Slow requests, and responses that the client does not read. */
  @ParameterizedTest
  @ValueSource(strings = {"GET /li", MANY_REQUESTS})
  void shouldEndWhatIsSlowSoThatOthersAreServed(String request) throws Exception {
    try (HttpEndpoint endpoint = start()) {
      List<Socket> slow = slow(endpoint, request.replace(MANY_REQUESTS, METRICS.repeat(2_000)));
      try {
        assertThat(get(endpoint, "/live").statusCode()).isEqualTo(200);
      } finally {
        closeAll(slow);
      }
    }
  }

  @Test
  void shouldStopAtOnceWhileRequestsAreInProgress() throws Exception {
    HttpEndpoint endpoint = start();
    List<Socket> slow = slow(endpoint, METRICS + "GET /metr");
    try {
      firstLine(slow.get(0));
      endpoint.close();
      for (Socket socket : slow) {
        assertThat(isClosed(socket)).isTrue();
      }
    } finally {
      endpoint.close();
      closeAll(slow);
    }
  }

  private static List<Socket> slow(HttpEndpoint endpoint, String request) throws IOException {
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      slow.add(connect(endpoint));
      slow.get(i).getOutputStream().write(request.getBytes(US_ASCII));
    }
    return slow;
  }

  /** Waits until the server has closed a connection. */
  static boolean isClosed(Socket socket) throws IOException {
    try {
      socket.getInputStream().readAllBytes();
    } catch (SocketException e) {
      assertThat(e).hasMessageMatching(RESET);
    }
    return true;
  }

  static void closeAll(Iterable<Socket> sockets) throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  static Socket connect(HttpEndpoint endpoint) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
    socket.setSoTimeout(30_000);
    return socket;
  }

  private static String firstLine(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  static HttpResponse<String> get(HttpEndpoint endpoint, String path) throws Exception {
    return send(endpoint, HttpRequest.newBuilder().GET(), path);
  }

  private static HttpResponse<String> send(
      HttpEndpoint endpoint, HttpRequest.Builder request, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d%s".formatted(endpoint.port(), path));
    return HttpClient.newHttpClient().send(request.uri(uri).build(), BodyHandlers.ofString());
  }

  /** Starts an endpoint on a free port of the loopback interface. */
  static HttpEndpoint start(String... settings) {
    Map<String, String> all = new HashMap<>();
    all.put("promptstream.http.host", "127.0.0.1");
    all.put("promptstream.http.port", "0");
    for (int i = 0; i < settings.length; i += 2) {
      all.put(settings[i], settings[i + 1]);
    }
    return HttpEndpoint.start(config(all), List.of("a=b (file)"));
  }

  private static PromptStreamConfig config(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("bootstrap.servers", "unused:1");
    all.put("schema.registry.url", "mock://http");
    all.put("promptstream.checkpoint", "seed:42");
    return PromptStreamConfig.of(all);
  }
}
