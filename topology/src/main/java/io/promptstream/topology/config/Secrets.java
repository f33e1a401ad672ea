package io.promptstream.topology.config;

import static java.util.stream.Collectors.joining;

import io.confluent.kafka.schemaregistry.client.SchemaRegistryClientConfig;
import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;

/**
 * Decides which settings are secrets, and removes secrets from the values of the others.
 *
 * <p>A setting is a secret if Kafka or Confluent's client declares it as a password. A setting that
 * neither knows is a secret if its name suggests it.
 */
final class Secrets {
  /** Replaces a secret, as in Kafka's own logs. */
  static final String HIDDEN = Password.HIDDEN;

  private static final Pattern SOUNDS_SECRET = Pattern.compile(
      "(?i)pass(word|wd|phrase)|secret|token|credential|signature|authorization|jaas"
          + "|user[._-]?info|(api|access|private|account)[._-]?key");

  /** Splits a list where the next address or model begins, because a comma can occur anywhere. */
  private static final Pattern NEXT =
      Pattern.compile(",(?=\\s*(?:[\\w.-]+(?::[\\w-]+)?\\s*=|[a-zA-Z][a-zA-Z0-9+.-]*://))");

  // Up to the last @: a password may contain any character.
  private static final Pattern USER = Pattern.compile("(?<=://)[^\\s]*@");
  private static final Pattern USER_WITHOUT_SCHEME = Pattern.compile("(?<=^|,)(?![^,]*://)[^,]*@");
  private static final Pattern QUERY = Pattern.compile("(?i)(https?://[^?#\\s]*)\\?[^#\\s]*");

  private final KnownSettings known = new KnownSettings();
  private final Set<String> own = OwnSettings.definition().names();
  private final Set<String> passwords = new HashSet<>();

  Secrets() {
    List.of(
            AdminClientConfig.configDef(),
            ConsumerConfig.configDef(),
            ProducerConfig.configDef(),
            AbstractKafkaSchemaSerDeConfig.baseConfigDef())
        .forEach(def -> def.configKeys().values().stream()
            .filter(key -> key.type == ConfigDef.Type.PASSWORD)
            .forEach(key -> passwords.add(key.name)));
  }

  /** Returns whether the value of a setting must not be shown. */
  boolean isSecret(String name) {
    String bare = bare(name);
    if (passwords.contains(name) || passwords.contains(bare)) {
      return true;
    }
    if (ConfigReferences.isOfProviders(name)) {
      int parameter = name.indexOf(".param.");
      return parameter >= 0 && SOUNDS_SECRET.matcher(name.substring(parameter)).find();
    }
    boolean harmless = own.contains(name) || known.ofKafka(name) || known.ofKafka(bare);
    return !harmless && SOUNDS_SECRET.matcher(name).find();
  }

  /** Returns the value to show: hidden, or with its addresses without user and query. */
  String shown(String name, String value) {
    if (isSecret(name)) {
      return HIDDEN;
    }
    boolean addresses = name.equals(AbstractKafkaSchemaSerDeConfig.SCHEMA_REGISTRY_URL_CONFIG);
    return withoutSecrets(addresses ? USER_WITHOUT_SCHEME.matcher(value).replaceAll("") : value);
  }

  private static String withoutSecrets(String value) {
    return Arrays.stream(NEXT.split(value, -1))
        .map(part -> QUERY.matcher(USER.matcher(part).replaceAll("")).replaceAll("$1?..."))
        .collect(joining(","));
  }

  /** Returns the name without the prefix of a client and the namespace of the registry. */
  private static String bare(String name) {
    String bare = name;
    for (String prefix : ClientSettings.CLIENT_PREFIXES) {
      if (bare.startsWith(prefix)) {
        bare = bare.substring(prefix.length());
        break;
      }
    }
    String registry = SchemaRegistryClientConfig.CLIENT_NAMESPACE;
    return bare.startsWith(registry) ? bare.substring(registry.length()) : bare;
  }
}
