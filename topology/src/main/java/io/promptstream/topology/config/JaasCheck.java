package io.promptstream.topology.config;

import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Checks that a client's {@code sasl.jaas.config} is well-formed. Kafka would check it when it
 * connects, with a message that quotes what follows a misplaced quotation mark: the rest of the
 * password.
 */
final class JaasCheck {
  private JaasCheck() {}

  /**
   * Checks the settings of a client.
   *
   * @throws ConfigException without the value, if it is malformed
   */
  static void check(Map<String, String> client) {
    String jaas = client.get(SaslConfigs.SASL_JAAS_CONFIG);
    if (jaas == null) {
      return;
    }
    try {
      JaasContext.loadClientContext(Map.of(SaslConfigs.SASL_JAAS_CONFIG, new Password(jaas)));
    } catch (RuntimeException e) {
      // Without the cause, whose message may have the password.
      throw new ConfigException(
          SaslConfigs.SASL_JAAS_CONFIG,
          Secrets.HIDDEN,
          "Expected LOGIN_MODULE required NAME=\"VALUE\" ...; with \\\" for a quotation mark in"
              + " a value and a semicolon at the end");
    }
  }
}
