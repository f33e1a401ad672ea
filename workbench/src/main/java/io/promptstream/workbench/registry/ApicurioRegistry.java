package io.promptstream.workbench.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

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
  private final URI url;

  private ApicurioRegistry(RegistryProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /**
   * Starts a registry and waits until it accepts requests, which takes about 5 seconds.
   *
   * @param port its port, or 0 for a free one
   * @throws IOException if the port is taken, or if the registry does not start; the message then
   *     has the end of its log
   */
  public static ApicurioRegistry start(int port) throws IOException, InterruptedException {
    return start(port, null);
  }

  /**
   * Starts a registry that requires TLS and basic authentication.
   *
   * @param port its port, or 0 for a free one
   * @param access required access; null for none
   * @throws IOException as {@link #start(int)}
   */
  public static ApicurioRegistry start(int port, @Nullable RegistryAccess access)
      throws IOException, InterruptedException {
    requireFree(port);
    RegistryProcess process = RegistryProcess.start(
        unpackedRunner(), port, access == null ? List.of() : access.options(port));
    try {
      URI url = URI.create(process.awaitAddress(START_TIMEOUT) + API);
      requireCompatibility(url, access);
      return new ApicurioRegistry(process, url);
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Returns the address for {@code schema.registry.url}. */
  public String url() {
    return url.toString();
  }

  /** Ends the registry's process; all schemas are lost. */
  @Override
  public void close() {
    process.close();
  }

  ProcessHandle processHandle() {
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

  private static void requireCompatibility(URI url, @Nullable RegistryAccess access)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + "/config"))
        .header("Content-Type", "application/vnd.schemaregistry.v1+json")
        .timeout(START_TIMEOUT)
        .PUT(BodyPublishers.ofString("{\"compatibility\": \"BACKWARD\"}"));
    HttpClient.Builder client = HttpClient.newBuilder();
    if (access != null) {
      client.sslContext(access.trust());
      request.header("Authorization", access.authorization());
    }
    HttpResponse<String> response = client.build().send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      throw new IOException("the schema registry answered %d to %s: %s"
          .formatted(response.statusCode(), response.uri(), response.body()));
    }
  }
}
