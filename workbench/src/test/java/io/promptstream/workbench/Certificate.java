package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A new self-signed certificate for 127.0.0.1, from the JDK's keytool.
 *
 * @param keyStore key and certificate, PKCS12, for the server
 * @param trustStore the certificate alone, PKCS12, for clients
 * @param pem the certificate alone, PEM
 */
record Certificate(Path keyStore, Path trustStore, Path pem) {
  /** Password of both stores and of the key. */
  static final String PASSWORD = "keystore-s3cret-11";

  static Certificate create(Path directory, String name) throws IOException, InterruptedException {
    Certificate certificate = new Certificate(
        directory.resolve(name + ".p12"),
        directory.resolve(name + "-trust.p12"),
        directory.resolve(name + ".pem"));
    String key = certificate.keyStore.toString();
    String pem = certificate.pem.toString();
    keytool(List.of(
        "-genkeypair",
        "-keystore",
        key,
        "-keyalg",
        "EC",
        "-groupname",
        "secp256r1",
        "-dname",
        "CN=" + name,
        "-ext",
        "san=ip:127.0.0.1",
        "-validity",
        "2"));
    keytool(List.of("-exportcert", "-rfc", "-keystore", key, "-file", pem));
    String trust = certificate.trustStore.toString();
    keytool(List.of("-importcert", "-noprompt", "-keystore", trust, "-file", pem));
    return certificate;
  }

  private static void keytool(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(arguments);
    command.addAll(List.of("-storetype", "PKCS12", "-alias", "server", "-storepass", PASSWORD));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
