package io.promptstream.workbench.process;

import io.promptstream.topology.cli.StopSignal;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A broker in a process of its own: says its address on a line, and runs until its parent ends it.
 */
public final class BrokerProcess {
  private static final String NO_DIRECTORY = "-";

  private BrokerProcess() {}

  /**
   * Starts a broker with a free port and data that goes with it; its first line is its address.
   *
   * @param heapMib most heap, in MiB
   * @param directory where its temporary files and its log go
   */
  public static ChildJvm start(int heapMib, Path directory) {
    return start(
        EmbeddedKafka.Options.DEFAULT,
        new ChildJvm.Launch("broker", List.of(), heapMib, directory));
  }

  /**
   * Starts a broker; its first line is its address.
   *
   * @param launch its process; the command is this method's to add
   */
  public static ChildJvm start(EmbeddedKafka.Options options, ChildJvm.Launch launch) {
    List<String> command = new ArrayList<>();
    command.add(BrokerProcess.class.getName());
    command.add(Integer.toString(options.port()));
    command.add(Integer.toString(options.maxMessageBytes()));
    command.add(options.directory() == null ? NO_DIRECTORY : options.directory().toString());
    options.settings().forEach((name, value) -> command.add(name + '=' + value));
    return ChildJvm.start(launch.withCommand(command));
  }

  /** Takes port, largest message, directory or -, and settings. */
  public static void main(String[] arguments) throws IOException {
    try (StopSignal stop = StopSignal.install()) {
      ParentWatch.start();
      try (EmbeddedKafka kafka = EmbeddedKafka.start(options(arguments))) {
        ChildJvm.tellParent(kafka.bootstrapServers());
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        if (!stop.received()) {
          throw new IllegalStateException("interrupted by no signal", e);
        }
      }
    }
  }

  private static EmbeddedKafka.Options options(String[] arguments) {
    Map<String, String> settings = new HashMap<>();
    for (String argument : List.of(arguments).subList(3, arguments.length)) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    EmbeddedKafka.Options options = EmbeddedKafka.Options.DEFAULT
        .withPort(Integer.parseInt(arguments[0]))
        .withMaxMessageBytes(Integer.parseInt(arguments[1]))
        .withSettings(settings);
    return arguments[2].equals(NO_DIRECTORY)
        ? options
        : options.withDirectory(Path.of(arguments[2]));
  }
}
