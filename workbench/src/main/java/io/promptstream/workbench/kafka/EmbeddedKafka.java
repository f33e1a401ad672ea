package io.promptstream.workbench.kafka;

import io.promptstream.application.cli.StopSignal;
import io.promptstream.workbench.process.ChildJvm;
import io.promptstream.workbench.process.ParentWatch;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/**
 * A real one-node Kafka cluster (KRaft, combined broker and controller) in this process, reachable
 * only at 127.0.0.1, with its data in a given directory, or in a temporary one that is deleted when
 * it closes.
 *
 * <p>The caller closes it after its clients, and on Ctrl-C from a shutdown hook. It has no shutdown
 * hook because that would race with the clients' hooks.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final int NODE_ID = 1;

  private static final String NO_DIRECTORY = "-";

  /** A formatted directory contains this file. */
  private static final String FORMATTED = "meta.properties";

  private final Path directory;
  private final boolean temporary;
  private final ListenerSockets sockets;
  private final KafkaNode node;

  private EmbeddedKafka(
      Path directory, boolean temporary, ListenerSockets sockets, KafkaNode node) {
    this.directory = directory;
    this.temporary = temporary;
    this.sockets = sockets;
    this.node = node;
  }

  /**
   * Options of a broker.
   *
   * @param port the port for clients, or 0 for a free one
   * @param directory permanent data directory; null for a temporary one
   * @param settings broker settings, which override the defaults here; the listener for clients is
   *     {@value ListenerSockets#BROKER}
   */
  public record Options(int port, @Nullable Path directory, Map<String, String> settings) {
    /** A free port and a temporary directory. */
    public static final Options DEFAULT = new Options(0, null, Map.of());

    public Options {
      settings = Map.copyOf(settings);
      if (port < 0 || port > 0xFFFF) {
        throw new IllegalArgumentException("port is not between 0 and 65535: " + port);
      }
    }

    /** Returns these options with another port. */
    public Options withPort(int port) {
      return new Options(port, directory, settings);
    }

    /** Returns these options with a permanent directory, which a restarted broker reuses. */
    public Options withDirectory(Path directory) {
      return new Options(port, directory, settings);
    }

    /** Returns these options with these broker settings. */
    public Options withSettings(Map<String, String> settings) {
      return new Options(port, directory, settings);
    }
  }

  /**
   * Starts a broker and waits until it accepts requests, which takes 2 to 3 seconds.
   *
   * @throws IOException if the port is taken or the directory cannot be written
   * @throws IllegalStateException if Kafka does not start
   */
  public static EmbeddedKafka start(Options options) throws IOException {
    ListenerSockets sockets = ListenerSockets.bind(options.port());
    try {
      return start(options, sockets);
    } catch (IOException | RuntimeException e) {
      sockets.close();
      throw e;
    }
  }

  private static EmbeddedKafka start(Options options, ListenerSockets sockets) throws IOException {
    boolean temporary = options.directory() == null;
    Path directory = options.directory() == null
        ? Files.createTempDirectory("promptstream-kafka-")
        : Files.createDirectories(options.directory());
    try {
      if (!Files.exists(directory.resolve(FORMATTED))) {
        format(directory);
      }
      KafkaNode node = new KafkaNode(properties(options, sockets, directory), sockets);
      EmbeddedKafka kafka = new EmbeddedKafka(directory, temporary, sockets, node);
      try {
        node.start();
      } catch (RuntimeException e) {
        node.stop();
        throw e;
      }
      return kafka;
    } catch (RuntimeException e) {
      deleteIf(temporary, directory);
      throw new IllegalStateException("Kafka did not start: " + e.getMessage(), e);
    }
  }

  /** Returns {@code 127.0.0.1:port}. */
  public String bootstrapServers() {
    return ListenerSockets.HOST + ":" + sockets.brokerPort();
  }

  private static void deleteIf(boolean temporary, Path directory) throws IOException {
    if (temporary) {
      Utils.delete(directory.toFile());
    }
  }

  /** Stops the broker, and deletes its data if the directory is temporary. */
  @Override
  public void close() throws IOException {
    try (sockets) {
      node.stop();
    } finally {
      deleteIf(temporary, directory);
    }
  }

  Path directory() {
    return directory;
  }

  private static void format(Path directory) {
    Formatter formatter = new Formatter()
        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false))
        .setNodeId(NODE_ID)
        .setClusterId(Uuid.randomUuid().toString())
        .setControllerListenerName(ListenerSockets.CONTROLLER)
        .setMetadataLogDirectory(directory.toString())
        .addDirectory(directory.toString());
    try {
      formatter.run();
    } catch (Exception e) {
      throw new IllegalStateException("cannot format " + directory, e);
    }
  }

  private static Map<String, Object> properties(
      Options options, ListenerSockets sockets, Path directory) {
    String controller = ListenerSockets.HOST + ":" + sockets.controllerPort();
    String broker = ListenerSockets.HOST + ":" + sockets.brokerPort();
    Map<String, Object> properties = new LinkedHashMap<>();
    properties.put("process.roles", "broker,controller");
    properties.put("node.id", NODE_ID);
    properties.put("controller.quorum.voters", NODE_ID + "@" + controller);
    properties.put("controller.listener.names", ListenerSockets.CONTROLLER);
    properties.put(
        "listeners",
        "%s://%s,%s://%s"
            .formatted(ListenerSockets.BROKER, broker, ListenerSockets.CONTROLLER, controller));
    properties.put("advertised.listeners", ListenerSockets.BROKER + "://" + broker);
    properties.put(
        "listener.security.protocol.map",
        "%s:PLAINTEXT,%s:PLAINTEXT".formatted(ListenerSockets.BROKER, ListenerSockets.CONTROLLER));
    properties.put("log.dirs", directory.toString());
    properties.put("inter.broker.listener.name", ListenerSockets.BROKER);
    properties.put("auto.create.topics.enable", false);
    // One node: no replication, and no other members to wait for.
    properties.put("offsets.topic.replication.factor", (short) 1);
    properties.put("transaction.state.log.replication.factor", (short) 1);
    properties.put("transaction.state.log.min.isr", 1);
    properties.put("share.coordinator.state.topic.replication.factor", (short) 1);
    properties.put("share.coordinator.state.topic.min.isr", (short) 1);
    properties.put("group.initial.rebalance.delay.ms", 0);
    properties.put("group.streams.initial.rebalance.delay.ms", 0);
    // Members learn their partitions by heartbeats; Kafka's default of 5 s delays the start.
    properties.put("group.streams.heartbeat.interval.ms", 1_000);
    properties.put("group.streams.min.heartbeat.interval.ms", 1_000);
    // Kafka's default of 50 partitions delays the first consumer by seconds on a laptop.
    properties.put("offsets.topic.num.partitions", 1);
    properties.put("transaction.state.log.num.partitions", 1);
    // How often deleted records free the disk; Kafka's default of 5 minutes fills it under load.
    properties.put("log.retention.check.interval.ms", 5_000L);
    // Kafka's minimum; the default takes 128 MiB of heap.
    properties.put("log.cleaner.dedupe.buffer.size", 2L << 20);
    if (options.directory() == null) {
      // With the default of 9 s, a broker on a busy machine can lose its partitions. Brokers with a
      // permanent directory keep the default, because after a kill their restart waits this long.
      properties.put("broker.session.timeout.ms", 60_000);
    }
    properties.putAll(options.settings());
    return properties;
  }

  /**
   * Returns the command of a {@link ChildJvm} that runs a broker and writes its address as the
   * first line.
   */
  public static List<String> command(Options options) {
    List<String> command = new ArrayList<>();
    command.add(EmbeddedKafka.class.getName());
    command.add(Integer.toString(options.port()));
    command.add(options.directory() == null ? NO_DIRECTORY : options.directory().toString());
    options.settings().forEach((name, value) -> command.add(name + '=' + value));
    return command;
  }

  /**
   * Runs a broker until the parent process stops it. Takes port, directory or -, and settings as
   * NAME=VALUE.
   */
  public static void main(String[] arguments) throws IOException {
    try (StopSignal stop = StopSignal.install()) {
      ParentWatch.start();
      try (EmbeddedKafka kafka = start(options(arguments))) {
        ChildJvm.tellParent(kafka.bootstrapServers());
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        if (!stop.received()) {
          throw new IllegalStateException("interrupted without a signal", e);
        }
      }
    }
  }

  private static Options options(String[] arguments) {
    Map<String, String> settings = new HashMap<>();
    for (String argument : List.of(arguments).subList(2, arguments.length)) {
      int equals = argument.indexOf('=');
      settings.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    Options options =
        Options.DEFAULT.withPort(Integer.parseInt(arguments[0])).withSettings(settings);
    return arguments[1].equals(NO_DIRECTORY)
        ? options
        : options.withDirectory(Path.of(arguments[1]));
  }
}
