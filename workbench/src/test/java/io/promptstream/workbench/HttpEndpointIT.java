package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.http.HttpEndpoint;
import io.promptstream.topology.config.PromptStreamConfig;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Tests the HTTP endpoint of a running application. */
final class HttpEndpointIT extends OutageTestBase {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @Test
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldServeAnApplicationFromStartToStop() throws Exception {
    PromptStreamConfig config = config(Map.of());
    try (HttpEndpoint endpoint = HttpEndpoint.start(config, List.of());
        PromptStreamApplication running = endpoint.started(services.start(config));
        PipelineClient client = services.client(config)) {
      client.send(OutageServices.click("good", "image"));
      client.send("image", new byte[] {1, 2, 3});
      client.read(1, 1);

      assertAnswer(endpoint, "/live", 200, "RUNNING");
      assertAnswer(endpoint, "/ready", 200, "1 partitions");
      assertAnswer(endpoint, "/topology", 200, config.inputTopic());
      // The outputs can be read before the stream thread counts the event.
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(metrics(endpoint))
              .containsEntry("promptstream_events_total{outcome=\"encoded\"}", 1.0)
              .containsEntry("promptstream_event_age_seconds_count", 1.0));
      assertThat(metrics(endpoint))
          .containsEntry(
              "promptstream_events_total{code=\"UNDECODABLE\",outcome=\"rejected\"}", 1.0)
          .containsEntry("promptstream_tokens_total", 2.0)
          .containsEntry("promptstream_window_events_count", 1.0)
          .containsEntry("promptstream_live", 1.0)
          .containsEntry("promptstream_ready", 1.0)
          .anySatisfy((name, value) -> assertThat(name)
              .startsWith("kafka_consumer_fetch_manager_records_lag{")
              .contains("partition=\"0\""));

      Thread stop = new Thread(running::close);
      stop.start();
      while (stop.isAlive()) {
        assertThat(get(endpoint, "/metrics").statusCode()).isEqualTo(200);
      }
      assertAnswer(endpoint, "/live", 503, "NOT_RUNNING");
      assertAnswer(endpoint, "/ready", 503, "NOT_RUNNING");
    }
  }

  @Test
  void shouldBeReadyWithoutAPartitionIfOtherInstancesHaveAll() throws Exception {
    PromptStreamConfig config = config(Map.of());
    PromptStreamConfig same = services.config(settings(Map.of()), config);
    try (HttpEndpoint first = HttpEndpoint.start(config, List.of());
        HttpEndpoint second = HttpEndpoint.start(same, List.of());
        PromptStreamApplication one = first.started(services.start(config));
        PromptStreamApplication two = second.started(services.start(same))) {
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(
                  List.of(get(first, "/ready").body(), get(second, "/ready").body()))
              .anySatisfy(body -> assertThat(body).contains("true", "1 partitions"))
              .anySatisfy(body -> assertThat(body).contains("true", "1 more stream threads")));
      assertThat(one.failure()).isEmpty();
      assertThat(two.failure()).isEmpty();
    }
  }

  @Test
  void shouldEncodeWhileClientsUseUpTheEndpoint() throws Exception {
    PromptStreamConfig config = config(Map.of());
    List<Socket> slow = new ArrayList<>();
    try (HttpEndpoint endpoint = HttpEndpoint.start(config, List.of());
        PromptStreamApplication running = endpoint.started(services.start(config));
        PipelineClient client = services.client(config)) {
      for (int i = 0; i < 1_000; i++) {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), endpoint.port());
        slow.add(socket);
        try {
          socket.getOutputStream().write("GET /metrics HTTP/1.1\r\nX: ".getBytes(US_ASCII));
        } catch (SocketException e) {
          // Beyond the limit, the endpoint closes connections.
        }
      }

      client.send(OutageServices.click("good", "image"));

      assertThat(client.read(1, 0).sparse()).containsOnlyKeys("good");
      for (Socket socket : slow) {
        socket.close();
      }
      await()
          .atMost(TIMEOUT)
          .ignoreExceptions()
          .untilAsserted(() -> assertAnswer(endpoint, "/live", 200, "RUNNING"));
      assertThat(running.failure()).isEmpty();
    }
  }

  private PromptStreamConfig config(Map<String, String> settings) {
    return services.config(settings(settings));
  }

  private static Map<String, String> settings(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put(PromptStreamConfig.HTTP_HOST, "127.0.0.1");
    all.put(PromptStreamConfig.HTTP_PORT, "0");
    all.put(PromptStreamConfig.TOPICS_PARTITIONS, "1");
    return all;
  }

  private static void assertAnswer(HttpEndpoint endpoint, String path, int status, String part)
      throws Exception {
    HttpResponse<String> response = get(endpoint, path);
    assertThat(response.body()).contains(part);
    assertThat(response.statusCode()).isEqualTo(status);
  }

  /** Returns the value of each series. */
  private static Map<String, Double> metrics(HttpEndpoint endpoint) throws Exception {
    Map<String, Double> series = new HashMap<>();
    get(endpoint, "/metrics")
        .body()
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(line -> {
          int space = line.lastIndexOf(' ');
          String value = line.substring(space + 1).replace("Inf", "Infinity");
          series.put(line.substring(0, space), Double.valueOf(value));
        });
    return series;
  }

  static HttpResponse<String> get(HttpEndpoint endpoint, String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:%d%s".formatted(endpoint.port(), path));
    return HTTP.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }
}
