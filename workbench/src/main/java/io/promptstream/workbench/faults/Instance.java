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
 * One of the application's instances: a process that is started again, with the same name and the
 * same state directory, whenever it has ended.
 */
final class Instance implements AutoCloseable {
  /** What the start check asks for with the settings of a trial. */
  private static final int HEAP_MIB = 512;

  /**
   * A signal gives it the chance to stop in order, short-lived code needs no second compiler, and
   * its log is what is left to find out what happened.
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
   * Starts one; it need not run yet.
   *
   * @param application its main class, which takes the file of its settings
   * @param settings without its state directory
   * @param directory where its files go
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

  /** Starts it again; it has ended. */
  synchronized void startAgain() {
    // Lets go of its pipes.
    process.close();
    process = ChildJvm.start(launch);
  }

  /** Waits until it says that it processes events. */
  void awaitRunning(Duration patience) throws InterruptedException {
    process().awaitLine(patience);
  }

  /** Ends it as kill −9 does. */
  void kill() {
    process().process().destroyForcibly().onExit().join();
  }

  /**
   * Ends it as an orchestrator does, with SIGTERM.
   *
   * @throws CommandFailedException if it has not ended in time
   */
  void terminate(Duration patience) throws InterruptedException {
    Process ending = process().process();
    ending.destroy();
    if (!ending.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      throw process().failed("did not end within %d s of SIGTERM".formatted(patience.toSeconds()));
    }
  }

  /** Stops it in the middle of whatever it does; to its peers it is as good as dead. */
  void suspend() throws InterruptedException {
    signal("STOP");
  }

  /** Lets it go on, as if nothing had happened. */
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

  /** Has the next call of its encoder fail. */
  void failNextCall(Failure failure) {
    process().tell(failure.name());
  }

  /** Kills it for good. */
  @Override
  public void close() {
    kill();
    process().close();
  }
}
