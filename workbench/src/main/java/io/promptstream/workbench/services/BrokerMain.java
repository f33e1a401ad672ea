package io.promptstream.workbench.services;

import io.promptstream.application.cli.StopSignal;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ParentWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * An {@link EmbeddedKafka} in a separate process: writes its address as a line and runs until its
 * parent stops it.
 */
final class BrokerMain {
  private static final String NO_DIRECTORY = "-";

  private BrokerMain() {}

  /** Returns the command of a {@link ChildJvm}, whose first line will be the broker's address. */
  static List<String> command(EmbeddedKafka.Options options) {
    List<String> command = new ArrayList<>();
    command.add(BrokerMain.class.getName());
    command.add(Integer.toString(options.port()));
    command.add(options.directory() == null ? NO_DIRECTORY : options.directory().toString());
    options.settings().forEach((name, value) -> command.add(name + '=' + value));
    return command;
  }

  /** Takes port, directory or -, and settings as NAME=VALUE. */
  public static void main(String[] arguments) throws IOException {
    try (StopSignal stop = StopSignal.install()) {
      ParentWatch.start();
      try (EmbeddedKafka kafka = EmbeddedKafka.start(options(arguments))) {
        ChildJvm.tellParent(kafka.bootstrapServers());
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        if (!stop.received()) {
          throw new IllegalStateException("interrupted without a signal", e);
        }
      }
    }
  }

  private static EmbeddedKafka.Options options(String[] arguments) {
    Map<String, String> settings = new HashMap<>();
    for (String argument : List.of(arguments).subList(2, arguments.length)) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    EmbeddedKafka.Options options = EmbeddedKafka.Options.DEFAULT
        .withPort(Integer.parseInt(arguments[0]))
        .withSettings(settings);
    return arguments[1].equals(NO_DIRECTORY)
        ? options
        : options.withDirectory(Path.of(arguments[1]));
  }
}
