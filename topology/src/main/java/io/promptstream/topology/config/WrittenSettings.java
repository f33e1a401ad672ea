package io.promptstream.topology.config;

import io.promptstream.encoder.DenseFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/** Settings as the user wrote them, with references to config providers, and where. */
public final class WrittenSettings {
  private final Map<String, String> settings;
  private final Set<String> ofEnvironment;

  /**
   * Takes what was gathered.
   *
   * @param settings all, those of the environment over those of the file
   * @param ofEnvironment the names of those that the environment decides
   */
  WrittenSettings(Map<String, String> settings, Set<String> ofEnvironment) {
    this.settings = Map.copyOf(settings);
    this.ofEnvironment = Set.copyOf(ofEnvironment);
  }

  /**
   * Replaces references to config providers.
   *
   * @throws ConfigException naming a setting and its reference, if that stands for nothing
   */
  public ResolvedSettings resolved() {
    return ResolvedSettings.of(settings);
  }

  /**
   * Returns what an application would run with, unchecked: a line {@code name=value (source)} for
   * each setting that is set, of our own and of our defaults for Kafka, sorted. Secrets are hidden,
   * references are as they were written, and Kafka's own defaults are left out.
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
      String source = ofEnvironment.contains(name) ? "environment" : "file";
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

  /** On which a default depends; a wrong one is found when the settings are checked. */
  private DenseFormat denseFormat() {
    String set = settings.getOrDefault(PromptStreamConfig.DENSE_FORMAT, "");
    return Arrays.stream(DenseFormat.values())
        .filter(format -> format.name().equalsIgnoreCase(set))
        .findFirst()
        .orElse(DenseFormat.FACTORED);
  }
}
