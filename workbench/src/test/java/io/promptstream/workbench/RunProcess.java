package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.workbench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** The production process, {@code run --config FILE}, and its output. */
final class RunProcess implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);

  private final Process process;
  private final Path output;

  private RunProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Starts the process.
   *
   * @param directory directory for its files
   * @param logback its logging configuration, on the class path or a file
   * @param settings settings for its configuration file
   * @param environment variables in addition to those of this process
   */
  static RunProcess start(
      Path directory, String logback, Map<String, String> settings, Map<String, String> environment)
      throws IOException {
    Path config = write(directory, settings);
    List<String> command = TestJvm.command(
        List.of("-Dlogback.configurationFile=" + logback),
        "io.promptstream.application.cli.Main",
        "run",
        "--config",
        config.toString());
    return start(new ProcessBuilder(command), directory, environment);
  }

  /**
   * Starts the command of the distribution.
   *
   * @param home the unpacked distribution
   * @param directory for its files
   */
  static RunProcess startDistribution(Path home, Path directory, Map<String, String> settings)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(
        home.resolve("bin/promptstream").toString(),
        "run",
        "--config",
        write(directory, settings).toString());
    return start(
        builder,
        directory,
        Map.of(
            "JAVA_HOME",
            System.getProperty("java.home"),
            "JAVA_OPTS",
            "-Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"));
  }

  private static RunProcess start(
      ProcessBuilder builder, Path directory, Map<String, String> environment) throws IOException {
    Path output = Files.createTempFile(directory, "run-", ".log");
    builder.environment().putAll(environment);
    return new RunProcess(
        builder.redirectErrorStream(true).redirectOutput(output.toFile()).start(), output);
  }

  /** Writes a configuration file. */
  static Path write(Path directory, Map<String, String> settings) throws IOException {
    Properties properties = new Properties();
    properties.putAll(settings);
    Path config = Files.createTempFile(directory, "run-", ".properties");
    try (var out = Files.newBufferedWriter(config)) {
      properties.store(out, null);
    }
    return config;
  }

  /** Writes a verbose logging configuration: PromptStream at DEBUG, all others at INFO. */
  static String verboseLog(Path directory) throws IOException {
    return Files.writeString(directory.resolve("verbose.xml"), """
        <configuration>
          <appender name="stdout" class="ch.qos.logback.core.ConsoleAppender">
            <encoder><pattern>%level [%thread] %logger %msg%n%ex{full}</pattern></encoder>
          </appender>
          <logger name="io.promptstream" level="DEBUG"/>
          <root level="INFO"><appender-ref ref="stdout"/></root>
        </configuration>
        """).toString();
  }

  void awaitRunning() {
    await().atMost(TIMEOUT).until(() -> {
      assertThat(process.isAlive()).as(output()).isTrue();
      return output().contains("Running: ");
    });
  }

  /** Sends a signal, for example STOP. */
  void signal(String name) throws InterruptedException {
    assertThat(ChildProcess.signal(process, name)).isTrue();
  }

  /** Stops it with SIGTERM and returns its exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    return awaitEnd();
  }

  /** Waits until it ends by itself and returns its exit code. */
  int awaitEnd() throws InterruptedException {
    assertThat(process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  String output() throws IOException {
    return new String(Files.readAllBytes(output), UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
