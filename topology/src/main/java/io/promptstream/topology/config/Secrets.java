package io.promptstream.topology.config;

import static java.util.stream.Collectors.joining;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.Arrays;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * Decides which settings are secrets, and removes secrets from the values of the others.
 *
 * <p>A setting is a secret if its definition says that it is a password. A setting without a
 * definition is a secret if its name suggests it.
 */
final class Secrets {
  /** Replaces a secret, as in Kafka's own logs. */
  static final String HIDDEN = Password.HIDDEN;

  private static final Pattern SOUNDS_SECRET = Pattern.compile(
      "(?i)pass(word|wd|phrase)|secret|token|credential|signature|authorization|jaas"
          + "|user[._-]?info|(api|access|private|account)[._-]?key");

  /** The name of a config provider says nothing about its settings. */
  private static final Pattern PROVIDER = Pattern.compile("^config\\.providers\\.[^.]+\\.");

  /** Splits a list where the next address or model begins, because a comma can occur anywhere. */
  private static final Pattern NEXT =
      Pattern.compile(",(?=\\s*(?:[\\w.-]+(?::[\\w-]+)?\\s*=|[a-zA-Z][a-zA-Z0-9+.-]*://))");

  // Up to the last @: a password may contain any character.
  private static final Pattern USER = Pattern.compile("(?<=://)[^\\s]*@");
  private static final Pattern USER_WITHOUT_SCHEME = Pattern.compile("(?<=^|,)(?![^,]*://)[^,]*@");
  private static final Pattern QUERY = Pattern.compile("(?i)(https?://[^?#\\s]*)\\?[^#\\s]*");

  private Secrets() {}

  /** Returns whether the value of a setting must not be shown. */
  static boolean isSecret(String name) {
    return KnownSettings.definition(name)
        // A secret may be under the prefix of a client that does not know it.
        .or(() -> KnownSettings.definition(KnownSettings.bare(name)))
        .map(definition -> definition.type == ConfigDef.Type.PASSWORD)
        .orElseGet(
            () -> SOUNDS_SECRET.matcher(PROVIDER.matcher(name).replaceFirst("")).find());
  }

  /** Returns the value to show: hidden, or with its addresses without user and query. */
  static String shown(String name, String value) {
    if (isSecret(name)) {
      return HIDDEN;
    }
    boolean addresses = name.equals(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG);
    String named = addresses ? USER_WITHOUT_SCHEME.matcher(value).replaceAll("") : value;
    return Arrays.stream(NEXT.split(named, -1))
        .map(part -> QUERY.matcher(USER.matcher(part).replaceAll("")).replaceAll("$1?..."))
        .collect(joining(","));
  }
}
