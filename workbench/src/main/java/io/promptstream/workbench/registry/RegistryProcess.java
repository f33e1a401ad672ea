package io.promptstream.workbench.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.workbench.process.ChildProcess;
import io.promptstream.workbench.process.ClassData;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The registry's process and its log file; the process ends when this JVM ends. */
final class RegistryProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("Listening on: (https?://\\S+)");
  private static final long POLL_MILLIS = 50;

  private final Process process;
  private final Path log;
  private final Watchdog watchdog;

  private RegistryProcess(Process process, Path log, Watchdog watchdog) {
    this.process = process;
    this.log = log;
    this.watchdog = watchdog;
  }

  /**
   * Starts the process without waiting until it accepts requests.
   *
   * @param options additional JVM options
   */
  static RegistryProcess start(Path runner, int port, List<String> options) throws IOException {
    Path log = Files.createTempFile("promptstream-registry-", ".log");
    log.toFile().deleteOnExit();
    Process process = new ProcessBuilder(command(runner, port, options))
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .redirectInput(Redirect.PIPE)
        .start();
    try {
      return new RegistryProcess(process, log, Watchdog.over(process));
    } catch (IOException | RuntimeException e) {
      process.destroyForcibly();
      Files.deleteIfExists(log);
      throw e;
    }
  }

  private static List<String> command(Path runner, int port, List<String> options) {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dquarkus.http.host=" + ApicurioRegistry.HOST,
        "-Dquarkus.http.port=" + port,
        "-Dquarkus.http.access-log.enabled=false",
        "-Dapicurio.rules.global.compatibility=BACKWARD",
        // This category logs the address.
        "-Dquarkus.log.category.\"io.quarkus\".level=INFO"));
    command.addAll(ClassData.use(ClassData.REGISTRY));
    command.addAll(options);
    command.addAll(List.of("-jar", runner.toString()));
    return command;
  }

  /**
   * Waits until the registry accepts requests.
   *
   * <p>Reads the address from the log, because a probe of the port could reach another process.
   *
   * @return its address, {@code http://127.0.0.1:port}, or with {@code https}
   * @throws IOException if it ends or does not accept requests in time
   */
  String awaitAddress(Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      Matcher listening = LISTENING.matcher(readLog());
      if (listening.find()) {
        return listening.group(1);
      }
      if (process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        throw new IOException(
            "the schema registry ended with status %d before it was ready; its log ends:%n%s"
                .formatted(process.exitValue(), ChildProcess.tail(log)));
      }
    }
    throw new IOException("the schema registry was not ready within %d seconds; its log ends:%n%s"
        .formatted(timeout.toSeconds(), ChildProcess.tail(log)));
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    // First, so that it cannot kill another process that reuses the process id.
    watchdog.close();
    // Its data is in memory only, so a clean shutdown is not needed.
    process.destroyForcibly();
    process.onExit().join();
    log.toFile().delete();
  }

  private String readLog() throws IOException {
    return new String(Files.readAllBytes(log), UTF_8);
  }
}
