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
  private static final Duration START_PATIENCE = Duration.ofMinutes(2);
  private static final int HEAP_MIB = 768;

  /** How long an instance may be silent, in milliseconds; Kafka's 45 s make a long test. */
  static final int SESSION_TIMEOUT_MILLIS = 6_000;

  static final int HEARTBEAT_MILLIS = 1_500;

  private final ChildJvm.Launch launch;
  private final EmbeddedKafka.Options options;
  private ChildJvm process;
  private final String bootstrapServers;

  private Broker(
      ChildJvm.Launch launch,
      EmbeddedKafka.Options options,
      ChildJvm process,
      String bootstrapServers) {
    this.launch = launch;
    this.options = options;
    this.process = process;
    this.bootstrapServers = bootstrapServers;
  }

  static Broker start(Path directory) throws InterruptedException {
    ChildJvm.Launch launch = new ChildJvm.Launch("broker", List.of(), HEAP_MIB, directory);
    EmbeddedKafka.Options options = EmbeddedKafka.Options.DEFAULT
        .withDirectory(directory.resolve("broker-data"))
        .withSettings(Map.of(
            "group.streams.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MILLIS),
            "group.streams.min.session.timeout.ms", Integer.toString(SESSION_TIMEOUT_MILLIS),
            "group.streams.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS),
            "group.streams.min.heartbeat.interval.ms", Integer.toString(HEARTBEAT_MILLIS),
            "group.streams.initial.rebalance.delay.ms", "0",
            // Kafka looks every 10 s for transactions whose producer is gone.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
    ChildJvm process = BrokerProcess.start(options, launch);
    try {
      String address = process.awaitLine(START_PATIENCE);
      int port = URI.create("kafka://" + address).getPort();
      return new Broker(launch, options.withPort(port), process, address);
    } catch (InterruptedException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

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
    process.awaitLine(START_PATIENCE);
  }

  @Override
  public void close() {
    process.close();
  }
}
