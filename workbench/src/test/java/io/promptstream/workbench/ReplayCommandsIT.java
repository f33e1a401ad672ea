package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.cli.PromptStreamCommand;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.services.RecordSender;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the commands that encode events again: {@code replay-errors} and {@code reset}. */
@ExtendWith(SharedServices.Resolver.class)
final class ReplayCommandsIT {
  private static final byte[] GARBAGE = {1, 2, 3};

  @TempDir
  private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void shouldSendRejectedEventsAgainWithTheirHeaders(SharedServices services) throws Exception {
    Map<String, String> settings = services.settings(Map.of(PromptStreamConfig.SESSIONS, "true"));
    PromptStreamConfig config = PromptStreamConfig.of(settings);
    Path file = RunProcess.write(directory, settings);
    try (LocalPipeline pipeline = LocalPipeline.startOnRunning(settings);
        PipelineClient client = new PipelineClient(pipeline)) {
      Header own = new RecordHeader("trace", "7".getBytes(UTF_8));
      long partition = client.send("image", GARBAGE, List.of(own)).partition();
      client.send(Events.click("good"));
      ConsumerRecord<byte[], byte[]> first = client.read(1, 1).errors().get(0);

      assertThat(execute("replay-errors", "--config", file.toString())).isZero();
      assertThat(out.toString())
          .contains("UNDECODABLE: 1", "Would send 1 events to " + config.inputTopic());
      assertThat(execute("replay-errors", "--config", file.toString(), "--code=MASK_SIZE"))
          .isZero();
      assertThat(out.toString()).contains("Would send 0 events");
      String later = Instant.ofEpochMilli(first.timestamp() + 1).toString();
      assertThat(execute("replay-errors", "--config", file.toString(), "--since=" + later))
          .isZero();
      assertThat(out.toString()).contains("Would send 0 events");
      client.read(0, 0);

      assertThat(
              execute("replay-errors", "--config", file.toString(), "--code=UNDECODABLE", "--send"))
          .isZero();
      assertThat(out.toString()).contains("Sent 1 events", "0 failed");
      ConsumerRecord<byte[], byte[]> second = client.read(0, 1).errors().get(0);
      assertThat(second.key()).isEqualTo(first.key());
      assertThat(second.value()).isEqualTo(GARBAGE);
      assertThat(second.timestamp()).isEqualTo(first.timestamp());
      assertThat(second.headers().toArray()).hasSameSizeAs(first.headers().toArray());
      assertThat(PipelineClient.header(second, "trace")).isEqualTo("7");
      assertThat(PipelineClient.header(second, "__streams.errors.partition"))
          .isEqualTo(Long.toString(partition));

      replayAnAction(services, config, client, file);

      assertThat(execute("reset", "--config", file.toString(), "--to=earliest", "--execute"))
          .isEqualTo(1);
      assertThat(err.toString()).contains("stop all of its instances first");
    }

    assertThat(execute("reset", "--config", file.toString(), "--to=earliest")).isZero();
    assertThat(out.toString()).contains("-> 0", "Would move");
    assertThat(execute("reset", "--config", file.toString(), "--to=earliest", "--execute"))
        .isZero();
    assertThat(out.toString()).contains("Moved the offsets of group");
    try (PipelineClient client =
            new PipelineClient(config, services.bootstrapServers(), services.registryUrl());
        LocalPipeline again = LocalPipeline.startOnRunning(settings)) {
      // The click, the garbage, and the replayed garbage.
      assertThat(client.read(1, 2).sparse()).hasSize(1);
      assertThat(again.application().failure()).isEmpty();
    }
  }

  private void replayAnAction(
      SharedServices services, PromptStreamConfig config, PipelineClient client, Path file)
      throws Exception {
    String topic = config.actionsTopic();
    try (RecordSender sender =
        new RecordSender(Map.of("bootstrap.servers", services.bootstrapServers()))) {
      sender.send(new ProducerRecord<>(topic, "image".getBytes(UTF_8), GARBAGE)).get();
    }
    ConsumerRecord<byte[], byte[]> first = client.read(0, 1).errors().get(0);
    String since = "--since=" + Instant.ofEpochMilli(first.timestamp());
    assertThat(execute("replay-errors", "--config", file.toString(), since, "--send"))
        .isZero();
    assertThat(out.toString()).contains("Sent 1 events to " + topic + ",");
    ConsumerRecord<byte[], byte[]> second = client.read(0, 1).errors().get(0);
    assertThat(PipelineClient.header(second, ErrorHeaders.TOPIC)).isEqualTo(topic);
    assertThat(second.value()).isEqualTo(GARBAGE);
  }

  @Test
  void shouldSayWhatIsWrongWithATime() {
    assertThat(execute("reset", "--to=yesterday")).isEqualTo(2);
    assertThat(err.toString()).contains("'yesterday' is not earliest, latest or a time");
  }

  private int execute(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return PromptStreamCommand.commandLine()
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
