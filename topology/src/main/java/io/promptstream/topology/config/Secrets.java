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
 * Tells which settings are secrets, and shows the others without what may be secret in them.
 *
 * <p>A setting is one if Kafka or Confluent's client says so, and one that neither knows if its
 * name sounds so.
 */
final class Secrets {
  /** What stands for a secret, as in Kafka's own logs. */
  static final String HIDDEN = Password.HIDDEN;

  private static final Pattern SOUNDS_SECRET = Pattern.compile(
      "(?i)pass(word|wd|phrase)|secret|token|credential|signature|authorization|jaas"
          + "|user[._-]?info|(api|access|private|account)[._-]?key");

  /** A list ends where the next address or the next model begins, for a comma may be anywhere. */
  private static final Pattern NEXT =
      Pattern.compile(",(?=\\s*(?:[\\w.-]+(?::[\\w-]+)?\\s*=|[a-zA-Z][a-zA-Z0-9+.-]*://))");

  // Up to the last @: a password may hold anything.
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

  /** Returns the value for people: hidden, or its addresses without user and query. */
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

  /** The name without the prefix of a client and the namespace of the registry. */
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
