package io.promptstream.application.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

final class LogFormatTest {
  @Test
  void shouldWriteTextByDefault() throws Exception {
    assertThat(logged(Map.of()))
        .matches("\\d{4}-\\S+Z INFO {2}\\[main] io\\.promptstream\\.Test Rejected a \"b\"\\R");
  }

  @Test
  void shouldWriteOneJsonObjectALineWithTheEventsPosition() throws Exception {
    String line = logged(Map.of("PROMPTSTREAM_LOG_FORMAT", "json"));

    assertThat(line).endsWith("}\n").containsOnlyOnce("\n");
    JsonNode json = new ObjectMapper().readTree(line);
    assertThat(json.get("level").asText()).isEqualTo("INFO");
    assertThat(json.get("loggerName").asText()).isEqualTo("io.promptstream.Test");
    assertThat(json.get("formattedMessage").asText()).isEqualTo("Rejected a \"b\"");
    assertThat(json.get("kvpList").get(0).get("event").asText()).isEqualTo("topic-0@5");
    assertThat(json.has("timestamp")).isTrue();
  }

  /** Returns what the application's configuration writes for a line about an event. */
  private static String logged(Map<String, String> properties) throws Exception {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    properties.forEach(context::putProperty);
    PrintStream before = System.err;
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    System.setErr(new PrintStream(written, true, UTF_8));
    try {
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(context);
      configurator.doConfigure(LogFormatTest.class.getResource("/logback.xml"));
      Logger log = context.getLogger("io.promptstream.Test");
      log.atInfo().addKeyValue("event", "topic-0@5").log("Rejected a {}", "\"b\"");
    } finally {
      context.stop();
      System.setErr(before);
    }
    return written.toString(UTF_8);
  }
}
