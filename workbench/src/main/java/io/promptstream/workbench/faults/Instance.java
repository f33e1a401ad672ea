package io.promptstream.workbench.faults;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.workbench.faults.FaultyEncoder.Failure;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.SettingsFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.StreamsConfig;

/**
 * One instance of the application: a process that can be restarted with the same name and state
 * directory.
 */
final class Instance implements AutoCloseable {
  /** The heap that the application's start check requires with the settings of a trial. */
  private static final int HEAP_MIB = 512;

  /**
   * C1 alone is enough for a short-lived process; client logs help to find out what happened. No
   * -Xrs: SIGTERM must let the instance shut down cleanly.
   */
  private static final List<String> OPTIONS = List.of(
      "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Dpromptstream.clients.log.level=WARN");

  private final ChildJvm.Launch launch;
  private final Path stateDirectory;
  private ChildJvm process;

  private Instance(ChildJvm.Launch launch, Path stateDirectory, ChildJvm process) {
    this.launch = launch;
    this.stateDirectory = stateDirectory;
    this.process = process;
  }

  /**
   * Starts an instance without waiting until it runs.
   *
   * @param application its main class, which takes a settings file
   * @param settings settings other than the state directory
   * @param directory directory for its files
   */
  static Instance start(
      String name, Class<?> application, Map<String, String> settings, Path directory) {
    Path state = directory.resolve(name);
    Map<String, String> all = new HashMap<>(settings);
    all.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    try {
      Path file = SettingsFile.write(directory, name, all);
      ChildJvm.Launch launch = new ChildJvm.Launch(
          name, List.of(application.getName(), file.toString()), HEAP_MIB, directory, OPTIONS);
      return new Instance(launch, state, ChildJvm.start(launch));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String name() {
    return launch.name();
  }

  Path stateDirectory() {
    return stateDirectory;
  }

  synchronized ChildJvm process() {
    return process;
  }

  boolean isAlive() {
    return process().process().isAlive();
  }

  /** Restarts it after it has ended. */
  synchronized void startAgain() {
    // Closes its pipes.
    process.close();
    process = ChildJvm.start(launch);
  }

  /** Waits until it reports that it processes events. */
  void awaitRunning(Duration timeout) throws InterruptedException {
    process().awaitLine(timeout);
  }

  /** Kills it with SIGKILL. */
  void kill() {
    process().process().destroyForcibly().onExit().join();
  }

  /**
   * Ends it with SIGTERM, as an orchestrator does.
   *
   * @throws CommandFailedException if it has not ended in time
   */
  void terminate(Duration timeout) throws InterruptedException {
    Process ending = process().process();
    ending.destroy();
    if (!ending.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
      throw process().failed("did not end within %d s of SIGTERM".formatted(timeout.toSeconds()));
    }
  }

  /** Suspends it with SIGSTOP, so that its peers see it as dead. */
  void suspend() throws InterruptedException {
    signal("STOP");
  }

  /** Resumes it with SIGCONT. */
  void resume() throws InterruptedException {
    signal("CONT");
  }

  private void signal(String signal) throws InterruptedException {
    String pid = Long.toString(process().process().pid());
    try {
      new ProcessBuilder("kill", "-" + signal, pid).inheritIO().start().waitFor();
    } catch (IOException e) {
      throw new CommandFailedException("A process cannot be sent SIG" + signal, e);
    }
  }

  /** Makes the next call of its encoder fail. */
  void failNextCall(Failure failure) {
    process().tell(failure.name());
  }

  /** Kills it and closes its pipes. */
  @Override
  public void close() {
    kill();
    process().close();
  }
}
