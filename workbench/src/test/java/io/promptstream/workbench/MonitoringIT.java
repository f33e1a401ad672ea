package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.http.HttpEndpoint;
import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the dashboard and the alerts with the Prometheus of this machine, which reads the metrics
 * of a running application.
 */
final class MonitoringIT extends OutageTestBase {
  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path RULES = PROJECT.resolve("docker/prometheus/rules.yml");
  private static final Path DASHBOARD =
      PROJECT.resolve("docker/grafana/dashboards/promptstream.json");
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Metrics that exist only with a GPU; their expressions must be valid, but may be empty. */
  private static final String GPU = "promptstream_device_";

  private static final Pattern ALERT = Pattern.compile("- alert: (\\w+)");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.*), \\w+\\)");
  private static final Pattern SET_OPERATOR =
      Pattern.compile("\\s+(and|or|unless)\\s+(on \\([^)]*\\)\\s+)?");
  private static final Pattern CONDITION =
      Pattern.compile("^absent\\((.*)\\)$|\\s+(==|!=|>=?|<=?)\\s+[0-9.]+$");

  @TempDir
  private Path directory;

  @Test
  void shouldPassTheTestsOfTheRules() throws Exception {
    assumePrometheus();
    Path output = directory.resolve("promtool.log");
    Process promtool = new ProcessBuilder(
            "promtool", "test", "rules", RULES.resolveSibling("rules-test.yml").toString())
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    assertThat(promtool.waitFor()).as(() -> read(output)).isZero();
  }

  @Test
  void shouldHaveARunbookForEveryAlert() {
    List<String> alerts = ALERT
        .matcher(read(RULES))
        .results()
        .map(alert -> "### " + alert.group(1))
        .toList();
    assertThat(alerts).isNotEmpty();
    assertThat(read(PROJECT.resolve("docs/operations.md")).lines()).containsAll(alerts);
  }

  @Test
  @SuppressWarnings("try") // closed here, and whatever happens before
  void shouldHaveAValueForEveryExpression() throws Exception {
    assumePrometheus();
    PromptStreamConfig config = services.config(Map.of(
        PromptStreamConfig.HTTP_HOST, "127.0.0.1",
        PromptStreamConfig.HTTP_PORT, "0",
        PromptStreamConfig.TOPICS_PARTITIONS, "1"));
    try (HttpEndpoint endpoint = HttpEndpoint.start(config, List.of());
        PromptStreamApplication running = endpoint.started(services.start(config));
        PrometheusProcess prometheus = PrometheusProcess.start(configuration(endpoint.port()));
        PipelineClient client = services.client(config)) {
      endpoint.loaded(services.models());
      // A rate needs a scrape before the events.
      await()
          .atMost(TIMEOUT)
          .until(() -> hasValue(prometheus.query("promptstream_events_total").at("/data/result")));
      client.send(OutageServices.click("good", "image"));
      client.send("image", services.ofOtherSchema(config, OutageServices.click("other", "image")));
      client.send("image", new byte[] {1, 2, 3});
      client.read(2, 1);

      List<String> expressions = ofDashboard();
      for (JsonNode rule : prometheus.get("rules").findValues("query")) {
        expressions.addAll(operands(rule.textValue()));
      }
      assertThat(expressions).hasSizeGreaterThan(50);
      await()
          .atMost(TIMEOUT)
          .untilAsserted(
              () -> assertThat(removeAnswered(prometheus, expressions)).isEmpty());
      assertThat(prometheus.get("rules").findValues("health"))
          .isNotEmpty()
          .allSatisfy(health -> assertThat(health.textValue()).isEqualTo("ok"));
      assertThat(running.failure()).isEmpty();
    }
  }

  private static void assumePrometheus() {
    assumeThat(PrometheusProcess.installed())
        .as("Skipped, because prometheus and promtool are not installed "
            + "(Debian and Ubuntu: apt-get install prometheus)")
        .isTrue();
  }

  /** Writes the configuration of compose.yaml, but for this port and with shorter intervals. */
  private Path configuration(int port) throws IOException {
    Files.copy(RULES, directory.resolve("rules.yml"));
    String original = read(RULES.resolveSibling("prometheus.yml"));
    assertThat(original).contains(": 15s", "promptstream:8080");
    return Files.writeString(
        directory.resolve("prometheus.yml"),
        original.replace(": 15s", ": 1s").replace("promptstream:8080", "127.0.0.1:" + port));
  }

  /** Returns the expressions of panels, annotations and variables. */
  private static List<String> ofDashboard() throws IOException {
    String text = read(DASHBOARD)
        .replace("$__rate_interval", "1m")
        .replace("$job", ".*")
        .replace("$instance", ".*");
    JsonNode dashboard = new ObjectMapper().readTree(text);
    List<String> expressions = new ArrayList<>();
    dashboard.path("panels").findValuesAsText("expr").forEach(expressions::add);
    for (String condition : dashboard.path("annotations").findValuesAsText("expr")) {
      expressions.addAll(operands(condition));
    }
    LABEL_VALUES
        .matcher(String.join("\n", dashboard.path("templating").findValuesAsText("query")))
        .results()
        .map(variable -> variable.group(1))
        .forEach(expressions::add);
    return expressions;
  }

  /** Returns the vectors that a condition compares: the condition itself is mostly not true. */
  private static List<String> operands(String condition) {
    return SET_OPERATOR
        .splitAsStream(condition)
        .map(operand -> CONDITION.matcher(operand).replaceFirst("$1"))
        .toList();
  }

  /** Removes the expressions that have a value now, and returns the answers to the others. */
  private static List<String> removeAnswered(PrometheusProcess prometheus, List<String> expressions)
      throws Exception {
    List<String> without = new ArrayList<>();
    for (String expression : List.copyOf(expressions)) {
      JsonNode answer = prometheus.query(expression);
      boolean valid = answer.path("status").textValue().equals("success");
      if (valid && (expression.contains(GPU) || hasValue(answer.at("/data/result")))) {
        expressions.remove(expression);
      } else {
        without.add(expression + ": " + answer);
      }
    }
    return without;
  }

  /** Returns whether a vector has a number. */
  private static boolean hasValue(JsonNode vector) {
    for (JsonNode sample : vector) {
      if (!sample.at("/value/1").textValue().equals("NaN")) {
        return true;
      }
    }
    return false;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
