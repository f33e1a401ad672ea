package io.promptstream.topology.config;

import io.promptstream.encoder.DenseFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings as the user wrote them, with unresolved references to config providers, and their
 * sources.
 */
public final class UnresolvedSettings {
  private final Map<String, String> settings;
  private final Set<String> fromEnvironment;

  /**
   * Takes loaded settings.
   *
   * @param settings all settings; those of the environment override those of the file
   * @param fromEnvironment the names of the settings that come from the environment
   */
  UnresolvedSettings(Map<String, String> settings, Set<String> fromEnvironment) {
    this.settings = Map.copyOf(settings);
    this.fromEnvironment = Set.copyOf(fromEnvironment);
  }

  /**
   * Replaces references to config providers.
   *
   * @throws ConfigException naming a setting and its reference, if it cannot be resolved
   */
  public ResolvedSettings resolved() {
    return ResolvedSettings.of(settings);
  }

  /**
   * Returns the settings that an application would use, unchecked and sorted: a line
   * {@code name=value (source)} for each setting that the user sets, each default of our own
   * settings, and each of our defaults for Kafka. Secrets are hidden, references are not resolved,
   * and Kafka's own defaults are left out.
   */
  public List<String> lines() {
    Map<String, String> lines = new TreeMap<>();
    OwnSettings.definition().configKeys().values().forEach(key -> {
      if (key.hasDefault() && key.defaultValue != null) {
        String value = ConfigDef.convertToString(key.defaultValue, key.type);
        lines.put(key.name, line(key.name, value, "default"));
      }
    });
    StreamsSettings.missingDefaults(settings, denseFormat())
        .forEach(ours -> lines.put(ours.name(), line(ours.name(), ours.value(), "default")));
    Secrets secrets = new Secrets();
    ConfigReferences references = new ConfigReferences(settings);
    settings.forEach((name, value) -> {
      String source = fromEnvironment.contains(name) ? "environment" : "file";
      lines.put(name, line(name, shown(secrets, references.in(value), name, value), source));
    });
    return List.copyOf(lines.values());
  }

  private static String line(String name, String value, String source) {
    return "%s=%s (%s)".formatted(name, value, source);
  }

  private static String shown(Secrets secrets, List<String> references, String name, String value) {
    if (references.isEmpty() || !secrets.isSecret(name)) {
      return secrets.shown(name, value);
    }
    return references.equals(List.of(value))
        ? value
        : "%s with %s".formatted(Secrets.HIDDEN, String.join(", ", references));
  }

  /**
   * Returns the format, on which a default depends. An invalid format is reported when the settings
   * are checked.
   */
  private DenseFormat denseFormat() {
    String set = settings.getOrDefault(PromptStreamConfig.DENSE_FORMAT, "");
    return Arrays.stream(DenseFormat.values())
        .filter(format -> format.name().equalsIgnoreCase(set))
        .findFirst()
        .orElse(DenseFormat.FACTORED);
  }
}
