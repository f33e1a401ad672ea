package io.promptstream.workbench;

import io.promptstream.workbench.kafka.EmbeddedKafka;
import io.promptstream.workbench.registry.ApicurioRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.utils.Utils;

/**
 * A real broker that requires TLS and SASL, and a real registry that requires TLS and basic
 * authentication, with one certificate. Every secret contains {@value #MARK}.
 */
final class SecuredServices implements AutoCloseable {
  /** Part of every secret. */
  static final String MARK = "s3cret";

  static final String USER = "ann";
  static final String PLAIN_PASSWORD = "plain-s3cret-22";
  static final String SCRAM_PASSWORD = "scram-s3cret-33";
  static final String REGISTRY_PASSWORD = "registry-s3cret-44";

  private static final String BROKER_PASSWORD = "broker-s3cret-55";
  private static final String PLAIN_MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule";
  private static final String SCRAM_MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule";

  private final Resources parts = new Resources();
  private final Certificate certificate;
  private final String bootstrapServers;
  private final String registryUrl;

  SecuredServices() throws Exception {
    try {
      Path directory = Files.createTempDirectory("promptstream-secured-");
      parts.add(() -> Utils.delete(directory.toFile()));
      certificate = Certificate.create(directory, "server");
      registryUrl = parts.add(ApicurioRegistry.launch(0, registryOptions())).awaitUrl();
      EmbeddedKafka kafka =
          EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withSettings(brokerSettings()));
      parts.add(kafka);
      bootstrapServers = kafka.bootstrapServers();
      addScramUser();
    } catch (Exception | Error e) {
      parts.closeAfter(e);
      throw e;
    }
  }

  /** TLS, and basic authentication with one user, who has all permissions. */
  private List<String> registryOptions() {
    return List.of(
        "-Dquarkus.http.insecure-requests=disabled",
        "-Dquarkus.http.ssl-port=0",
        "-Dquarkus.http.ssl.certificate.key-store-file=" + certificate.keyStore(),
        "-Dquarkus.http.ssl.certificate.key-store-password=" + Certificate.PASSWORD,
        "-Dapicurio.auth.enabled=true",
        "-Dquarkus.oidc.tenant-enabled=false",
        "-Dquarkus.http.auth.basic=true",
        "-Dquarkus.security.users.embedded.enabled=true",
        "-Dquarkus.security.users.embedded.plain-text=true",
        "-Dquarkus.security.users.embedded.users.%s=%s".formatted(USER, REGISTRY_PASSWORD),
        "-Dquarkus.security.users.embedded.roles.%s=sr-admin".formatted(USER));
  }

  private Map<String, String> brokerSettings() {
    String listener = "listener.name.clients.";
    Map<String, String> settings = new HashMap<>();
    settings.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
    settings.put("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-512");
    settings.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    settings.put(
        listener + "plain.sasl.jaas.config",
        "%s required username=\"broker\" password=\"%s\" user_broker=\"%s\" user_%s=\"%s\";"
            .formatted(PLAIN_MODULE, BROKER_PASSWORD, BROKER_PASSWORD, USER, PLAIN_PASSWORD));
    settings.put(listener + "scram-sha-512.sasl.jaas.config", SCRAM_MODULE + " required;");
    settings.put(listener + "ssl.keystore.type", "PKCS12");
    settings.put(listener + "ssl.keystore.location", certificate.keyStore().toString());
    settings.put(listener + "ssl.keystore.password", Certificate.PASSWORD);
    // The broker is also its own client.
    trust(certificate).forEach((name, value) -> settings.put(listener + name, value));
    return settings;
  }

  private void addScramUser() throws Exception {
    Map<String, Object> settings = new HashMap<>(brokers(plain(PLAIN_PASSWORD)));
    try (Admin admin = Admin.create(settings)) {
      ScramCredentialInfo scram = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096);
      admin
          .alterUserScramCredentials(
              List.of(new UserScramCredentialUpsertion(USER, scram, SCRAM_PASSWORD)))
          .all()
          .get();
    }
  }

  /** Returns client settings for the mechanism PLAIN. */
  static Map<String, String> plain(String password) {
    return user("PLAIN", PLAIN_MODULE, password);
  }

  /** Returns client settings for the mechanism SCRAM-SHA-512. */
  static Map<String, String> scram(String password) {
    return user("SCRAM-SHA-512", SCRAM_MODULE, password);
  }

  private static Map<String, String> user(String mechanism, String module, String password) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        mechanism,
        "sasl.jaas.config",
        "%s required username=\"%s\" password=\"%s\";".formatted(module, USER, password));
  }

  /** Returns client settings that trust the certificate. */
  static Map<String, String> trust(Certificate certificate) {
    return Map.of(
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.location",
        certificate.trustStore().toString(),
        "ssl.truststore.password",
        Certificate.PASSWORD);
  }

  /** Returns all settings for a client of the brokers. */
  Map<String, String> brokers(Map<String, String> user) {
    Map<String, String> settings = new HashMap<>(user);
    settings.putAll(trust(certificate));
    settings.put("bootstrap.servers", bootstrapServers());
    return settings;
  }

  /** Returns all settings for a client of the registry. */
  Map<String, String> registry(String password) {
    Map<String, String> settings = new HashMap<>();
    trust(certificate).forEach((name, value) -> settings.put("schema.registry." + name, value));
    settings.put("schema.registry.url", registryUrl);
    settings.put("basic.auth.credentials.source", "USER_INFO");
    settings.put("basic.auth.user.info", USER + ':' + password);
    return settings;
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  String registryUrl() {
    return registryUrl;
  }

  Certificate certificate() {
    return certificate;
  }

  @Override
  public void close() {
    parts.close();
  }
}
