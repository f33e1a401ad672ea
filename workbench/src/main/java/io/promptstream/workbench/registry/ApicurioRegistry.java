package io.promptstream.workbench.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;

/**
 * A real schema registry with Confluent's API: Apicurio Registry in a separate process, in memory,
 * reachable only at 127.0.0.1.
 *
 * <p>Like Confluent's registry, it rejects a schema that cannot read data of the previous version.
 * Its process ends with {@link #close()}, or when this JVM ends, even if it is killed.
 */
public final class ApicurioRegistry implements AutoCloseable {
  static final String HOST = "127.0.0.1";

  /** The path of the Confluent-compatible API. */
  static final String API = "/apis/ccompat/v7";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  private final RegistryProcess process;
  private String url = "";

  private ApicurioRegistry(RegistryProcess process) {
    this.process = process;
  }

  /**
   * Starts a registry without waiting until it accepts requests.
   *
   * @param port its port, or 0 for a free one
   * @param options additional options of its JVM
   * @throws IOException if the port is taken
   */
  public static ApicurioRegistry launch(int port, List<String> options) throws IOException {
    requireFree(port);
    return new ApicurioRegistry(RegistryProcess.start(unpackedRunner(), port, options));
  }

  /**
   * Starts a registry at a free port and waits until it accepts requests, which takes about 5
   * seconds.
   *
   * @throws IOException if it does not start
   */
  public static ApicurioRegistry start() throws IOException, InterruptedException {
    ApicurioRegistry registry = launch(0, List.of());
    try {
      registry.awaitUrl();
      return registry;
    } catch (IOException | InterruptedException | RuntimeException e) {
      registry.close();
      throw e;
    }
  }

  /**
   * Waits until it accepts requests and returns the address for {@code schema.registry.url}.
   *
   * @throws IOException if it does not start; the message has the end of its log
   */
  public String awaitUrl() throws IOException, InterruptedException {
    url = process.awaitAddress(START_TIMEOUT) + API;
    return url;
  }

  /** Returns the address after the start. */
  public String url() {
    return url;
  }

  /** Ends the registry's process; all schemas are lost. */
  @Override
  public void close() {
    process.close();
  }

  /** Returns its process. */
  public ProcessHandle processHandle() {
    return process.handle();
  }

  private static void requireFree(int port) throws IOException {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
    } catch (BindException e) {
      throw new IOException(
          "port %d of %s cannot be used for the schema registry: %s"
              .formatted(port, HOST, e.getMessage()),
          e);
    }
  }

  static Path unpackedRunner() throws IOException {
    Properties build = new Properties();
    try (InputStream in = ApicurioRegistry.class.getResourceAsStream("apicurio.properties")) {
      if (in == null) {
        throw new IllegalStateException("apicurio.properties is not on the class path");
      }
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Path runner = Path.of(build.getProperty("runner", ""));
    if (!Files.isRegularFile(runner)) {
      throw new IOException(
          "the schema registry is missing; run the build again to unpack it: " + runner);
    }
    return runner;
  }
}
