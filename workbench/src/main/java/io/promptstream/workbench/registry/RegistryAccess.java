package io.promptstream.workbench.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The access that a registry requires: TLS, and basic authentication as its only user. Only for
 * local use and tests: the passwords are visible in the options of its process.
 *
 * @param keyStore its key and certificate, PKCS12, for the address 127.0.0.1
 * @param keyStorePassword the password of that file
 * @param user the user's name, in lower case letters
 * @param password the user's password
 */
public record RegistryAccess(Path keyStore, String keyStorePassword, String user, String password) {
  /** The role with all permissions. */
  private static final String ADMIN = "sr-admin";

  /** Returns options for the registry's JVM. */
  List<String> options(int port) {
    return List.of(
        "-Dquarkus.http.insecure-requests=disabled",
        "-Dquarkus.http.ssl-port=" + port,
        "-Dquarkus.http.ssl.certificate.key-store-file=" + keyStore,
        "-Dquarkus.http.ssl.certificate.key-store-password=" + keyStorePassword,
        "-Dapicurio.auth.enabled=true",
        "-Dquarkus.oidc.tenant-enabled=false",
        "-Dquarkus.http.auth.basic=true",
        "-Dquarkus.security.users.embedded.enabled=true",
        "-Dquarkus.security.users.embedded.plain-text=true",
        "-Dquarkus.security.users.embedded.users.%s=%s".formatted(user, password),
        "-Dquarkus.security.users.embedded.roles.%s=%s".formatted(user, ADMIN));
  }

  /** Returns the value of the header {@code Authorization}. */
  String authorization() {
    return "Basic " + Base64.getEncoder().encodeToString((user + ':' + password).getBytes(UTF_8));
  }

  /** Returns a context that trusts only the registry's certificate. */
  SSLContext trust() throws IOException {
    try (InputStream file = Files.newInputStream(keyStore)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(file, keyStorePassword.toCharArray());
      KeyStore certificates = KeyStore.getInstance("PKCS12");
      certificates.load(null, null);
      for (String alias : Collections.list(keys.aliases())) {
        certificates.setCertificateEntry(alias, keys.getCertificate(alias));
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(certificates);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("%s is not a key store: %s".formatted(keyStore, e.getMessage()), e);
    }
  }

  /** Omits the passwords. */
  @Override
  public String toString() {
    return "RegistryAccess[keyStore=%s, user=%s]".formatted(keyStore, user);
  }
}
