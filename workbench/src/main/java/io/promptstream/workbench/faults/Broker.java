package io.promptstream.workbench.faults;

import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.process.BrokerProcess;
import io.promptstream.workbench.process.ChildJvm;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The broker: a process that can be ended and started again, where it was and with what it had. */
final class Broker implements AutoCloseable {
  private static final Duration START_PATIENCE = Duration.ofMinutes(5);
  private static final int HEAP_MIB = 768;

  /** A signal ends it at once, and a broker of minutes needs no second compiler. */
  private static final List<String> OPTIONS =
      List.of("-Xrs", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** How long an instance may be silent, in milliseconds; Kafka's 45 s make a long test. */
  static final int SESSION_TIMEOUT_MILLIS = 6_000;

  static final int HEARTBEAT_MILLIS = 1_500;

  private static final int BROKER_SESSION_TIMEOUT_MILLIS = 4_000;

  private final ChildJvm.Launch launch;
  private EmbeddedKafka.Options options;
  private ChildJvm process;
  private String bootstrapServers = "";

  /** Starts one; it need not run yet. */
  Broker(Path directory) {
    launch = new ChildJvm.Launch("broker", List.of(), HEAP_MIB, directory, OPTIONS);
    options = EmbeddedKafka.Options.DEFAULT
        .withDirectory(directory.resolve("broker-data"))
        .withSettings(Map.of(
            "group.streams.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MILLIS),
            "group.streams.min.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MILLIS),
            "group.streams.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS),
            "group.streams.min.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS),
            // One that was killed is taken back after that; Kafka's 9 s make a long test.
            "broker.session.timeout.ms", Integer.toString(BROKER_SESSION_TIMEOUT_MILLIS),
            "broker.heartbeat.interval.ms", "500",
            // Kafka looks every 10 s for transactions whose producer is gone.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
    process = BrokerProcess.start(options, launch);
  }

  /** Waits until it takes requests; from then on its address stays the same. */
  void awaitRunning() throws InterruptedException {
    bootstrapServers = process.awaitLine(START_PATIENCE);
    options = options.withPort(URI.create("kafka://" + bootstrapServers).getPort());
  }

  /** Returns its address, once it runs. */
  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Ends it as kill −9 does. */
  void kill() {
    process.process().destroyForcibly().onExit().join();
  }

  /** Ends it in good order. */
  void stop() {
    process.close();
  }

  /** Starts it again; it has ended. */
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
