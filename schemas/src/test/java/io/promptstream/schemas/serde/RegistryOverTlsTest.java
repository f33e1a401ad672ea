package io.promptstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.promptstream.schemas.PromptEvent;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A registry over HTTPS, with a self-signed certificate for 127.0.0.1. */
class RegistryOverTlsTest {
  private static final String PASSWORD = "for-tests";
  private static final byte[] GOOD = Registry.record(7, Registry.avro(Samples.prompt()));

  private final HttpsServer server;
  private final URI keyStore;

  RegistryOverTlsTest() throws Exception {
    keyStore = Objects.requireNonNull(RegistryOverTlsTest.class.getResource("/tls/registry.p12"))
        .toURI();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
  }

  @BeforeEach
  void start() throws Exception {
    server.setHttpsConfigurator(new HttpsConfigurator(sslContext()));
    server.createContext("/", exchange -> {
      byte[] body = "{\"schema\": \"%s\"}"
          .formatted(PromptEvent.getClassSchema().toString().replace("\"", "\\\""))
          .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
      exchange.close();
    });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldConnectToATrustedRegistry() {
    Map<String, Object> config = Map.of(
        "schema.registry.url",
        url(),
        "schema.registry.ssl.truststore.location",
        Path.of(keyStore).toString(),
        "schema.registry.ssl.truststore.password",
        PASSWORD,
        "schema.registry.ssl.truststore.type",
        "PKCS12");
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(config)) {
      assertThat(serde.deserializer().deserialize(Registry.TOPIC, GOOD))
          .isEqualTo(Samples.prompt());
    }
  }

  @Test
  void shouldNotConnectToAnUntrustedRegistry() {
    Map<String, Object> config = Map.of("schema.registry.url", url(), "max.retries", 0);
    try (Serde<PromptEvent> serde = AvroSerdes.promptEvent(config)) {
      assertThatThrownBy(() -> serde.deserializer().deserialize(Registry.TOPIC, GOOD))
          .isInstanceOf(SerializationException.class)
          .isNotInstanceOf(UndecodableRecordException.class)
          .hasCauseInstanceOf(SSLException.class);
    }
  }

  private String url() {
    return "https://127.0.0.1:" + server.getAddress().getPort();
  }

  private SSLContext sslContext() throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = keyStore.toURL().openStream()) {
      keys.load(in, PASSWORD.toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    return context;
  }
}
