package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Prometheus that is installed on this machine, at a free port. */
final class PrometheusProcess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Pattern ADDRESS = Pattern.compile("\"Listening on\" address=(\\S+)");

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final Process process;
  private final String address;

  private PrometheusProcess(Process process, String address) {
    this.process = process;
    this.address = address;
  }

  /** Returns whether {@code prometheus} and {@code promtool} are on the path. */
  static boolean installed() {
    String[] path = requireNonNull(System.getenv("PATH")).split(File.pathSeparator, -1);
    return Arrays.stream(path)
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, "prometheus"))
            && Files.isExecutable(Path.of(directory, "promtool")));
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param config its configuration file; its data and log are written beside this file
   */
  static PrometheusProcess start(Path config) throws IOException {
    Path log = config.resolveSibling("prometheus.log");
    Process process = new ProcessBuilder(
            "prometheus",
            "--config.file=" + config,
            "--storage.tsdb.path=" + config.resolveSibling("data"),
            "--web.listen-address=127.0.0.1:0")
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    try {
      await().atMost(TIMEOUT).untilAsserted(() -> {
        assertThat(process.isAlive()).as(Files.readString(log)).isTrue();
        assertThat(log).content().containsPattern(ADDRESS);
      });
      Matcher address = ADDRESS.matcher(Files.readString(log));
      assertThat(address.find()).isTrue();
      return new PrometheusProcess(process, address.group(1));
    } catch (IOException | RuntimeException | Error e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Returns the answer to an instant query: {@code status}, and {@code data} or {@code error}. */
  JsonNode query(String expression) throws IOException, InterruptedException {
    return get("query?query=" + URLEncoder.encode(expression, UTF_8));
  }

  /** Returns the answer to a request of its API. */
  JsonNode get(String request) throws IOException, InterruptedException {
    URI uri = URI.create("http://%s/api/v1/%s".formatted(address, request));
    return json.readTree(
        http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
