package io.promptstream.topology.config;

import static java.util.stream.Collectors.joining;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/**
 * Moves user and password from the registry's addresses, which Confluent's client prints, to the
 * setting that it does not print.
 */
final class RegistryCredentials {
  private static final String URL = AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG;
  private static final String BASIC_SOURCE =
      SchemaRegistryClientConfig.BASIC_AUTH_CREDENTIALS_SOURCE;
  private static final String BEARER_SOURCE =
      SchemaRegistryClientConfig.BEARER_AUTH_CREDENTIALS_SOURCE;
  private static final String USER_INFO = SchemaRegistryClientConfig.USER_INFO_CONFIG;

  private static final Pattern ADDRESS =
      Pattern.compile("((?:[a-zA-Z][\\w+.-]*://)?)(?:([^/?#]*)@)?([^@]*)");

  private RegistryCredentials() {}

  /**
   * Returns equivalent settings without a user in an address.
   *
   * <p>As Confluent documents it, the user in the addresses is used unless another source is set;
   * Confluent's client prints it in either case.
   *
   * @throws ConfigException without the addresses, if their users differ, because a password would
   *     be sent to the wrong server, or if the user cannot be determined
   */
  static Map<String, String> apart(Map<String, String> settings) {
    String addresses = settings.getOrDefault(URL, "");
    if (addresses.indexOf('@') < 0) {
      return settings;
    }
    Set<String> users = new LinkedHashSet<>();
    String bare = Arrays.stream(addresses.split(",", -1))
        .map(address -> {
          Matcher parts = ADDRESS.matcher(address.strip());
          if (!parts.matches()) {
            throw wrong("an address has an '@' that does not end its user and password");
          }
          users.add(parts.group(2) == null ? "" : parts.group(2));
          return parts.group(1) + parts.group(3);
        })
        .collect(joining(","));
    if (users.size() > 1) {
      throw wrong("its addresses do not all have the same user and password");
    }
    Map<String, String> apart = new HashMap<>(settings);
    apart.put(URL, bare);
    String user = users.iterator().next();
    if (!user.isEmpty() && usesAddresses(settings)) {
      List.of(BASIC_SOURCE, USER_INFO)
          .forEach(name -> apart.remove(SchemaRegistryClientConfig.CLIENT_NAMESPACE + name));
      apart.put(BASIC_SOURCE, "USER_INFO");
      apart.put(USER_INFO, user);
    }
    return apart;
  }

  private static boolean usesAddresses(Map<String, String> settings) {
    String basic = value(settings, BASIC_SOURCE);
    return (basic.isEmpty() || basic.equals("URL"))
        && value(settings, BEARER_SOURCE).isEmpty();
  }

  private static String value(Map<String, String> settings, String name) {
    return settings.getOrDefault(
        SchemaRegistryClientConfig.CLIENT_NAMESPACE + name, settings.getOrDefault(name, ""));
  }

  private static ConfigException wrong(String reason) {
    return new ConfigException(
        "%s: %s; set %s=USER_INFO and %s instead".formatted(URL, reason, BASIC_SOURCE, USER_INFO));
  }
}
