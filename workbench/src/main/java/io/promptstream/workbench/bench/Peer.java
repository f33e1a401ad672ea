package io.promptstream.workbench.bench;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ChildProcess;
import io.promptstream.workbench.process.Python;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** A program other than PromptStream, on the same broker, that the benchmark compares it with. */
public enum Peer implements Contestant.Program {
  /** A bare consumer and producer, which copies each event to both output topics. */
  FLOOR,
  /** PyTorch and librdkafka; 512 prompts are encoded together. */
  PYTHON_STACKED,
  /** PyTorch and librdkafka; each prompt is encoded alone. */
  PYTHON_EACH;

  private static final int BATCH = 512;
  private static final String SCRIPT = "peer.py";
  private static final String IMPORTS = "from importlib.util import find_spec\n"
      + "assert find_spec('torch') and find_spec('confluent_kafka')";

  /** Returns its contestants: Python without and with compression. */
  public List<Contestant> contestants() {
    if (this == FLOOR) {
      return List.of(new Contestant("floor", Map.of("linger.ms", "0"), this));
    }
    return List.of(python("", Map.of()), python("-lz4", Map.of("compression.type", "lz4")));
  }

  private Contestant python(String suffix, Map<String, String> settings) {
    return new Contestant(this + suffix, settings, this, List.of(), Workload.SINGLE_CLICKS);
  }

  /**
   * Checks that a comparison on a workload is possible.
   *
   * @throws IllegalArgumentException if its events are others than those of the workload
   */
  public void requireSameEvents(Workload workload) {
    if (readsFloats() && workload != Workload.SINGLE_CLICKS) {
      throw new IllegalArgumentException("peer %s encodes only %s, use it with that workload: %s"
          .formatted(this, Workload.SINGLE_CLICKS, workload));
    }
  }

  /** Returns whether its events are {@link EventFloats} instead of Avro records. */
  boolean readsFloats() {
    return this != FLOOR;
  }

  /**
   * Starts the process without waiting until it runs.
   *
   * @throws CommandFailedException if it needs a Python that does not exist
   */
  ChildProcess start(Launch launch, Services services) throws IOException, InterruptedException {
    TopicNames topics = launch.topics();
    List<String> arguments = new ArrayList<>(List.of(
        services.bootstrapServers(), launch.id(), launch.input(), topics.sparse(), topics.dense()));
    launch.contestant().settings().forEach((name, value) -> arguments.add(name + '=' + value));
    if (this == FLOOR) {
      arguments.add(0, FloorPeer.class.getName());
      return ChildJvm.start(
          new ChildJvm.Launch(launch.id(), arguments, launch.heapMib(), services.directory()));
    }
    int batch = this == PYTHON_STACKED ? BATCH : 1;
    arguments.addAll(
        0, List.of(python(), script(services.directory()).toString(), Integer.toString(batch)));
    return new ChildProcess(launch.id(), services.directory(), arguments);
  }

  /** Checks that the process can start; throws {@link CommandFailedException} otherwise. */
  void requireProgram() throws InterruptedException {
    if (this != FLOOR) {
      var unused = python();
    }
  }

  private String python() throws InterruptedException {
    return require(Python.with(IMPORTS));
  }

  /** Returns the Python that was found, or throws {@link CommandFailedException}. */
  String require(Optional<String> python) {
    return python.orElseThrow(() -> new CommandFailedException(
        "The peer %s needs a python3 with torch and confluent_kafka; on Debian, install python3-torch and python3-confluent-kafka."
            .formatted(this)));
  }

  private static Path script(Path directory) throws IOException {
    Path script = directory.resolve(SCRIPT);
    try (InputStream in = Objects.requireNonNull(Peer.class.getResourceAsStream(SCRIPT))) {
      Files.copy(in, script, StandardCopyOption.REPLACE_EXISTING);
    }
    return script;
  }

  /** Returns the name shown to users, such as {@code python-each}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
