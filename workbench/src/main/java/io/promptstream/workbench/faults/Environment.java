package io.promptstream.workbench.faults;

import io.promptstream.workbench.Resources;
import io.promptstream.workbench.process.TcpGate;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;

/** The broker and registry that applications share; instances reach the registry via a gate. */
final class Environment implements AutoCloseable {
  private final Resources parts = new Resources();
  private final Broker broker;
  private final ApicurioRegistry registry;
  private final TcpGate registryGate;

  private Environment(Path directory) throws IOException, InterruptedException {
    try {
      broker = parts.add(new Broker(directory));
      registry = parts.add(ApicurioRegistry.start(0));
      URI url = URI.create(registry.url());
      registryGate = parts.add(TcpGate.to(url.getHost(), url.getPort()));
      broker.awaitRunning();
    } catch (IOException | InterruptedException | RuntimeException e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /** Starts both, which takes about 10 seconds. */
  static Environment start(Path directory) throws IOException, InterruptedException {
    return new Environment(directory);
  }

  Broker broker() {
    return broker;
  }

  TcpGate registryGate() {
    return registryGate;
  }

  /** Returns the registry's direct address, which faults do not affect. */
  String registryUrl() {
    return registry.url();
  }

  /** Returns the registry's address through the gate, which faults close. */
  String gatedRegistryUrl() {
    URI url = URI.create(registry.url());
    return "http://%s:%d%s".formatted(url.getHost(), registryGate.port(), url.getPath());
  }

  @Override
  public void close() {
    parts.close();
  }
}
