package io.promptstream.workbench.faults;

import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.process.BrokerProcess;
import io.promptstream.workbench.process.ChildJvm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A broker process that can be killed and restarted with the same address and data. */
final class Broker implements AutoCloseable {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(5);
  private static final int HEAP_MIB = 768;

  /** A signal ends it at once; C1 alone is enough for a short-lived broker. */
  private static final List<String> OPTIONS =
      List.of("-Xrs", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** Session timeout of instances; Kafka's default of 45 s would make tests long. */
  static final int SESSION_TIMEOUT_MILLIS = 6_000;

  static final int HEARTBEAT_MILLIS = 1_500;

  private static final int BROKER_SESSION_TIMEOUT_MILLIS = 4_000;

  private final ChildJvm.Launch launch;
  private EmbeddedKafka.Options options;
  private ChildJvm process;
  private String bootstrapServers = "";

  /** Starts the broker without waiting until it runs. */
  Broker(Path directory) {
    launch = new ChildJvm.Launch("broker", List.of(), HEAP_MIB, directory, OPTIONS);
    options = EmbeddedKafka.Options.DEFAULT
        .withDirectory(directory.resolve("broker-data"))
        .withSettings(Map.of(
            "group.streams.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MILLIS),
            "group.streams.min.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MILLIS),
            "group.streams.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS),
            "group.streams.min.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS),
            // A killed broker can rejoin after this time; Kafka's default is 9 s.
            "broker.session.timeout.ms", Integer.toString(BROKER_SESSION_TIMEOUT_MILLIS),
            "broker.heartbeat.interval.ms", "500",
            // Kafka's default is to abort transactions of dead producers only every 10 s.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
    process = BrokerProcess.start(options, launch);
  }

  /** Waits until it accepts requests; its address stays the same from then on. */
  void awaitRunning() throws InterruptedException {
    bootstrapServers = process.awaitLine(START_TIMEOUT);
    options = options.withPort(URI.create("kafka://" + bootstrapServers).getPort());
  }

  /** Returns its address, or "" before it runs. */
  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Kills it with SIGKILL. */
  void kill() {
    process.process().destroyForcibly().onExit().join();
  }

  /** Shuts it down cleanly. */
  void stop() {
    process.close();
  }

  /** Restarts it after it has ended. */
  void startAgain() throws InterruptedException {
    process.close();
    process = BrokerProcess.start(options, launch);
    awaitRunning();
  }

  @Override
  public void close() {
    process.close();
  }
}
