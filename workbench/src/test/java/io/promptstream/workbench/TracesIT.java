package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.topology.config.PromptStreamConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the production process with the OpenTelemetry Java agent. */
@ExtendWith(SharedServices.Resolver.class)
final class TracesIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final String HEADER = "traceparent";
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PRODUCER_SPAN = "b7ad6b7169203331";

  @TempDir
  private Path directory;

  @Test
  void shouldContinueTheTraceOfTheProducerToBothOutputs(SharedServices services) throws Exception {
    Map<String, String> settings =
        services.settings(Map.of("state.dir", directory.resolve("state").toString()));
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    Map<String, String> environment = Map.of(
        "JAVA_TOOL_OPTIONS", "-javaagent:" + System.getProperty("promptstream.otel.agent"),
        "OTEL_SERVICE_NAME", "promptstream",
        "OTEL_TRACES_EXPORTER", "console",
        "OTEL_METRICS_EXPORTER", "none",
        "OTEL_LOGS_EXPORTER", "none");
    try (RunProcess process = RunProcess.start(directory, "logback.xml", settings, environment)) {
      process.awaitRunning();
      assertTraced(config, services, process);
    }
  }

  private static void assertTraced(
      PromptStreamConfig config, SharedServices services, RunProcess process) {
    try (PipelineClient client =
        new PipelineClient(config, services.bootstrapServers(), services.registryUrl())) {
      String parent = "00-%s-%s-01".formatted(TRACE, PRODUCER_SPAN);
      client.send(
          "image",
          client.serialize(Events.click("traced")),
          List.of(new RecordHeader(HEADER, parent.getBytes(UTF_8))));
      PipelineClient.Results results = client.read(1, 0);

      for (ConsumerRecord<?, ?> record :
          List.of(results.sparse().get("traced"), results.dense().get("traced"))) {
        assertThat(PipelineClient.header(record, HEADER))
            .startsWith("00-%s-".formatted(TRACE))
            .isNotEqualTo(parent);
      }
      await()
          .atMost(TIMEOUT)
          .untilAsserted(() -> assertThat(process.output())
              .containsPattern(span(config.inputTopic(), "process", "CONSUMER"))
              .containsPattern(span(config.sparseTopic(), "publish", "PRODUCER"))
              .containsPattern(span(config.denseTopic(), "publish", "PRODUCER")));
    }
  }

  private static String span(String topic, String operation, String kind) {
    return "'%s %s' : %s [0-9a-f]{16} %s".formatted(topic, operation, TRACE, kind);
  }
}
