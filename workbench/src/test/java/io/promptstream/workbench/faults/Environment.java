package io.promptstream.workbench.faults;

import io.promptstream.workbench.process.TcpGate;
import io.promptstream.workbench.services.Services;
import java.io.IOException;
import java.net.URI;
import java.util.Map;

/**
 * A broker that can be killed, and a gate to the registry for the instances.
 *
 * @param services address the registry directly, which faults do not affect
 */
record Environment(Services services, TcpGate registryGate) implements AutoCloseable {
  /** Session timeout of instances; Kafka's default of 45 s would make tests long. */
  static final String SESSION_TIMEOUT_MILLIS = "6000";

  static final String HEARTBEAT_MILLIS = "1500";

  static Environment start(String registryUrl) throws IOException, InterruptedException {
    Services services = Services.startBroker(
        registryUrl,
        Map.of(
            "group.streams.session.timeout.ms", SESSION_TIMEOUT_MILLIS,
            "group.streams.min.session.timeout.ms", SESSION_TIMEOUT_MILLIS,
            "group.streams.heartbeat.interval.ms", HEARTBEAT_MILLIS,
            "group.streams.min.heartbeat.interval.ms", HEARTBEAT_MILLIS,
            // A killed broker can rejoin after this time; Kafka's default is 9 s.
            "broker.session.timeout.ms", "4000",
            "broker.heartbeat.interval.ms", "500",
            // Kafka's default is to abort transactions of dead producers only every 10 s.
            "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000"));
    URI registry = URI.create(registryUrl);
    return new Environment(services, TcpGate.to(registry.getHost(), registry.getPort()));
  }

  /** Returns the registry's address through the gate, which faults close. */
  String gatedRegistryUrl() {
    String path = URI.create(services.registryUrl()).getPath();
    return "http://127.0.0.1:%d%s".formatted(registryGate.port(), path);
  }

  @Override
  public void close() {
    registryGate.close();
    services.close();
  }
}
