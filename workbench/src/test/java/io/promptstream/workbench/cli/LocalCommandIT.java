package io.promptstream.workbench.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.workbench.TestJvm;
import io.promptstream.workbench.demo.Demo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code local} in a separate process, with {@code send} and {@code watch}. */
final class LocalCommandIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int SIGTERM_EXIT = 143;

  @TempDir
  private Path directory;

  @Test
  void shouldServeOtherProgramsAndLeaveNothingBehind() throws Exception {
    Path log = directory.resolve("local.log");
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    Process local = start(
        log, temporary, "local", "--kafka-port", "0", "--registry-port", "0", "--playground", "0");
    List<ProcessHandle> children;
    try {
      await()
          .atMost(TIMEOUT)
          .until(() -> !local.isAlive() || Files.readString(log).contains("Stop with Ctrl-C"));
      assertThat(local.isAlive()).as(Files.readString(log)).isTrue();
      children = local.descendants().toList();
      assertThat(children).as("the registry").isNotEmpty();
      String broker = address(log, "broker");
      String registry = address(log, "schema registry");

      assertThat(execute(
              "send",
              Demo.examplePrompts().toString(),
              "--bootstrap-servers",
              broker,
              "--registry",
              registry))
          .contains("29");
      assertThat(execute(
              "send",
              Demo.examplePrompts().resolveSibling("actions.jsonl").toString(),
              "--bootstrap-servers",
              broker,
              "--registry",
              registry))
          .isEqualTo("Sent 7 actions to prompt-actions, 0 failed.%n".formatted());
      assertThat(execute(
              "watch",
              "--from-beginning",
              "--count",
              "67",
              "--bootstrap-servers",
              broker,
              "--registry",
              registry))
          .hasLineCount(67)
          .contains("sparse prompt=demo/car/4 image=truck.jpg tokens=3")
          .contains("error NOTHING_TO_REDO key=truck.jpg")
          .contains("sparse prompt=truck-two-points image=truck.jpg tokens=3")
          .contains("dense prompt=truck-mask image=truck.jpg encoding=FACTORED");
      assertThat(page(address(log, "playground"))).contains("<title>PromptStream playground");
      attachAPlayground(broker, registry);
    } finally {
      local.destroy();
      if (!local.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        local.destroyForcibly();
      }
    }
    assertThat(local.exitValue()).isEqualTo(SIGTERM_EXIT);
    assertThat(children).noneMatch(ProcessHandle::isAlive);
    try (Stream<Path> left = Files.list(temporary)) {
      assertThat(left.map(Path::getFileName).map(Path::toString))
          .noneMatch(name -> name.startsWith("promptstream"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"local --kafka-port 65536", "local --playground=-1", "playground --port 70000"})
  void shouldRefuseWhatIsNoPort(String arguments) {
    StringWriter err = new StringWriter();

    int code =
        Workbench.commandLine().setErr(new PrintWriter(err, true)).execute(arguments.split(" "));

    assertThat(code).isEqualTo(2);
    assertThat(err.toString()).contains("is not from 0 to 65535");
  }

  @Test
  void shouldSayInOneSentenceThatAPortIsTaken() throws Exception {
    try (var taken = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      StringWriter err = new StringWriter();

      int code = Workbench.commandLine()
          .setErr(new PrintWriter(err, true))
          .execute("local", "--kafka-port", port, "--registry-port", "0");

      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).contains(port).doesNotContain("\tat ");
    }
  }

  private static Process start(Path log, Path temporary, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(TestJvm.command(
        List.of("-Djava.io.tmpdir=" + temporary, "-Dlogback.configurationFile=logback.xml"),
        Workbench.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  private void attachAPlayground(String broker, String registry) throws Exception {
    Path config = Files.writeString(
        directory.resolve("attached.properties"), """
        bootstrap.servers=%s
        schema.registry.url=%s
        promptstream.sessions=true
        promptstream.checkpoint=seed:1
        """.formatted(broker, registry));
    Path log = directory.resolve("attached.log");
    Process attached =
        start(log, directory, "playground", "--config", config.toString(), "--port", "0");
    try {
      await()
          .atMost(TIMEOUT)
          .until(() -> !attached.isAlive() || Files.readString(log).contains("Stop with Ctrl-C"));
      assertThat(page(address(log, "Open"))).contains("<title>PromptStream playground");
      Files.writeString(
          config, Files.readString(config) + "promptstream.errors.topic=no-such-topic\n");
      StringWriter err = new StringWriter();
      int code = Workbench.commandLine()
          .setErr(new PrintWriter(err, true))
          .execute("playground", "--config", config.toString(), "--port", "0");
      assertThat(code).isEqualTo(1);
      assertThat(err.toString()).contains("have no topic no-such-topic").hasLineCount(1);
    } finally {
      attached.destroyForcibly();
    }
  }

  private static String page(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  private static String address(Path log, String name) throws IOException {
    Matcher matcher = Pattern.compile("(?m)^" + name + " +(\\S+)").matcher(Files.readString(log));
    assertThat(matcher.find()).as(name).isTrue();
    return matcher.group(1);
  }

  private static String execute(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Workbench.commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
