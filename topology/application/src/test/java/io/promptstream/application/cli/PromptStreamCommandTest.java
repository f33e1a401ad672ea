package io.promptstream.application.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.SettingsTable;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class PromptStreamCommandTest {
  private static final Map<String, String> UNREACHABLE = Map.of(
      "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1",
      "KAFKA_MAX_BLOCK_MS", "300",
      "SCHEMA_REGISTRY_URL", "mock://cli",
      "PROMPTSTREAM_CHECKPOINT", "seed:1");

  @TempDir
  private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private CommandLine commandLine(
      Map<String, String> environment, Function<EncoderOptions, PromptEncoder> encoders) {
    return PromptStreamCommand.commandLine(environment, encoders)
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err));
  }

  private int execute(Map<String, String> environment, String... arguments) {
    return commandLine(environment, options -> {
          throw new IllegalArgumentException("no such weights");
        })
        .execute(arguments);
  }

  @Test
  void shouldPrintTheVersionOfTheBuild() {
    assertThat(execute(Map.of(), "--version")).isZero();
    assertThat(out.toString()).matches("promptstream [0-9]+\\.[0-9]+\\.[0-9]+\\S*\\R");
  }

  @Test
  void shouldListTheCommandsInItsHelp() {
    assertThat(execute(Map.of(), "--help")).isZero();
    assertThat(out.toString()).contains("run", "warm-up", "send", "watch", "checkpoint");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "warm-up", "send", "watch"})
  void shouldExplainEachCommand(String command) {
    assertThat(execute(Map.of(), command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: promptstream " + command, "--config");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "walk",
        "run --cofnig x",
        "send",
        "send a b",
        "send a --image-id i",
        "send a --format dicom",
        "send a --format cvat --image-size 0x7",
        "send a --format cvat --coco box",
        "send a --format sam2 --coco box",
        "send a --coco polygon",
        "watch --count none",
        "watch --count 0"
      })
  void shouldExitWithTwoForAnInvalidCommandLine(String arguments) {
    assertThat(execute(Map.of(), arguments.isEmpty() ? new String[0] : arguments.split(" ")))
        .isEqualTo(2);
    assertThat(err.toString()).isNotEmpty();
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void shouldPrintTheSettings() {
    assertThat(execute(Map.of(), "run", "--settings")).isZero();
    assertThat(out.toString()).isEqualTo(SettingsTable.markdown());
  }

  @Test
  void shouldPrintTheConfigurationWithoutSecretsAndWithoutConnecting() {
    Map<String, String> environment = new HashMap<>(UNREACHABLE);
    environment.put("KAFKA_SSL_KEY_PASSWORD", "hunter2");
    environment.put("KAFKA_CLIENT_ID", "two\nlines");

    assertThat(execute(environment, "run", "--print-config")).isZero();
    assertThat(err.toString()).isEmpty();
    assertThat(out.toString())
        .contains(
            "bootstrap.servers=127.0.0.1:1 (environment)",
            "client.id=two\\u000alines (environment)",
            "ssl.key.password=[hidden] (environment)",
            "promptstream.device=auto (default)")
        .doesNotContain("hunter2");
    assertThat(out.toString().lines()).isSorted().allMatch(line -> line.endsWith(")"));
  }

  @Test
  void shouldPrintAnInvalidConfigurationAndItsError() {
    Map<String, String> environment = new HashMap<>(UNREACHABLE);
    environment.put("PROMPTSTREAM_DEVICE", "tpu");

    assertThat(execute(environment, "run", "--print-config")).isEqualTo(2);
    assertThat(out.toString()).contains("promptstream.device=tpu (environment)");
    assertThat(err.toString()).contains("promptstream.device").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "watch", "send x.jsonl"})
  void shouldExitWithTwoForAReferenceThatCannotBeResolved(String command) throws IOException {
    Path config = Files.writeString(directory.resolve("p.properties"), """
        config.providers=file
        config.providers.file.class=org.apache.kafka.common.config.provider.FileConfigProvider
        ssl.key.password=${file:/nowhere/secrets:password}
        """);
    String[] arguments = (command + " --config " + config).split(" ");

    assertThat(execute(UNREACHABLE, arguments)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith(
            "Setting ssl.key.password: ${file:/nowhere/secrets:password} cannot be resolved")
        .hasLineCount(1);
  }

  @Test
  void shouldExplainAnInvalidSettingInOneSentence() throws IOException {
    Path config = Files.writeString(directory.resolve("p.properties"), """
        bootstrap.servers=b:1
        schema.registry.url=mock://x
        promptstream.device=tpu
        promptstream.checkpoint=seed:1
        """);

    assertThat(execute(Map.of(), "run", "--config", config.toString())).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("Invalid value tpu for configuration promptstream.device")
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "watch", "send x.jsonl"})
  void shouldExitWithTwoForAMissingConfiguration(String command) {
    String[] arguments = (command + " --config nowhere.properties").split(" ");

    assertThat(execute(Map.of(), arguments)).isEqualTo(2);
    assertThat(err.toString())
        .contains("nowhere.properties: there is no such file")
        .hasLineCount(1);
  }

  @Test
  void shouldExitWithOneIfTheEncoderFailsToLoad() {
    assertThat(execute(UNREACHABLE, "run")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("Cannot load the encoder from seed:1 on device auto: no such weights")
        .hasLineCount(1);
  }

  @Test
  void shouldWarmUpWithoutBrokerAndRegistry() {
    Map<String, String> environment = new HashMap<>(UNREACHABLE);
    environment.put("SCHEMA_REGISTRY_URL", "http://127.0.0.1:1");
    environment.put("KAFKA_STATE_DIR", directory.toString());
    environment.put("PROMPTSTREAM_DEVICE", "cpu");
    environment.put("PROMPTSTREAM_WARMUP_MS", "100");

    assertThat(commandLine(environment, SamPromptEncoder::load).execute("warm-up"))
        .isZero();
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void shouldExitWithOneIfThePromptFileIsMissing() {
    assertThat(execute(UNREACHABLE, "send", "nothing.jsonl")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("nothing.jsonl: there is no such file")
        .hasLineCount(1);
  }

  @Test
  void shouldExitWithOneIfThereIsNoBrokerToSendTo() throws IOException {
    Path file = Files.writeString(directory.resolve("p.jsonl"), "");

    assertThat(execute(UNREACHABLE, "send", file.toString(), "--topic", "clicks"))
        .isEqualTo(1);
    assertThat(err.toString())
        .startsWith("Cannot send to topic clicks at bootstrap.servers=127.0.0.1:1")
        .hasLineCount(1);
  }

  @Test
  void shouldOverrideTheEnvironmentWithOptions() throws IOException {
    Path file = Files.writeString(directory.resolve("p.jsonl"), "");

    int code = execute(UNREACHABLE, "send", file.toString(), "--bootstrap-servers", "localhost:2");

    assertThat(code).isEqualTo(1);
    assertThat(err.toString()).contains("bootstrap.servers=localhost:2");
  }

  @Test
  void shouldRunACommandThatAnotherModuleAdds() {
    CommandLine commandLine = commandLine(Map.of(), options -> {
          throw new IllegalArgumentException("not needed");
        })
        .addSubcommand(new Added());

    assertThat(commandLine.execute("added")).isEqualTo(7);
  }

  @Test
  void shouldPrintTheSentenceOfACommandThatAnotherModuleAdds() {
    CommandLine commandLine =
        PromptStreamCommand.commandLine().addSubcommand(new Failing()).setErr(new PrintWriter(err));

    assertThat(commandLine.execute("failing")).isEqualTo(1);
    assertThat(err.toString()).isEqualToIgnoringNewLines("It did not work.");
  }

  @Command(name = "added")
  private static final class Added implements Callable<Integer> {
    @Override
    public Integer call() {
      return 7;
    }
  }

  @Command(name = "failing")
  private static final class Failing implements Callable<Integer> {
    @Override
    public Integer call() {
      throw new CommandFailedException("It did not work.");
    }
  }
}
