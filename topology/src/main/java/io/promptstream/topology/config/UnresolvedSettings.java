package io.promptstream.topology.config;

import static java.util.Comparator.comparingInt;

import io.promptstream.encoder.DenseFormat;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/**
 * Settings as the user wrote them, with unresolved references to config providers, and their
 * sources.
 */
public final class UnresolvedSettings {
  /** Shorter values are not secrets; replacing them would make a message unreadable. */
  private static final int SHORTEST_SECRET = 3;

  private final Map<String, String> settings;
  private final Set<String> fromEnvironment;
  private final ConfigReferences references;

  /**
   * Takes loaded settings.
   *
   * @param settings all settings; those of the environment override those of the file
   * @param fromEnvironment the names of the settings that come from the environment
   */
  UnresolvedSettings(Map<String, String> settings, Set<String> fromEnvironment) {
    this.settings = Map.copyOf(settings);
    this.fromEnvironment = Set.copyOf(fromEnvironment);
    references = new ConfigReferences(settings);
  }

  /**
   * Replaces references by their values, checks the settings and returns the result of the check.
   * Drops the settings of config providers, so that no client replaces anything again.
   *
   * @throws ConfigException naming a setting and its reference, if it cannot be resolved; or the
   *     one that the check throws, with references in place of a provider's values, which may be
   *     secrets in the wrong setting
   */
  public <T> T resolve(Function<Map<String, String>, T> check) {
    Map<String, String> resolved = new HashMap<>();
    Map<String, String> referencesByValue = new HashMap<>();
    // Sorted, so that the same one of several invalid references is always reported.
    new TreeMap<>(settings).forEach((name, value) -> {
      if (!ConfigReferences.isOfProviders(name)) {
        String replaced = references.replaced(
            name, value, (reference, meant) -> referencesByValue.put(meant.strip(), reference));
        resolved.put(name, replaced.strip());
      }
    });
    try {
      return check.apply(Map.copyOf(resolved));
    } catch (ConfigException e) {
      String message = String.valueOf(e.getMessage());
      String shown = referencesByValue.entrySet().stream()
          .filter(reference -> reference.getKey().length() >= SHORTEST_SECRET)
          // The longest first: a shorter value may be a part of it.
          .sorted(comparingInt(reference -> -reference.getKey().length()))
          .reduce(
              message,
              (text, reference) -> text.replace(reference.getKey(), reference.getValue()),
              String::concat);
      // Without the cause, which has the secret too.
      throw shown.equals(message) ? e : new ConfigException(shown);
    }
  }

  /**
   * Returns the settings that an application would use, unchecked and sorted: a line
   * {@code name=value (source)} for each setting that the user sets, each default of our own
   * settings, and each of our defaults for Kafka. Secrets are hidden, references are not resolved,
   * and Kafka's own defaults are left out.
   */
  public List<String> lines() {
    Map<String, String> lines = new TreeMap<>();
    PromptStreamConfig.DEFINITION.defaultValues().forEach((name, value) -> {
      if (value != null) {
        lines.put(name, line(name, value.toString(), "default"));
      }
    });
    StreamsSettings.missingDefaults(settings, denseFormat())
        .forEach(ours -> lines.put(ours.name(), line(ours.name(), ours.value(), "default")));
    settings.forEach((name, value) -> lines.put(
        name,
        line(name, shown(name, value), fromEnvironment.contains(name) ? "environment" : "file")));
    return List.copyOf(lines.values());
  }

  private static String line(String name, String value, String source) {
    return "%s=%s (%s)".formatted(name, value, source);
  }

  private String shown(String name, String value) {
    List<String> written = references.in(value);
    if (written.isEmpty() || !Secrets.isSecret(name)) {
      return Secrets.shown(name, value);
    }
    return written.equals(List.of(value))
        ? value
        : "%s with %s".formatted(Secrets.HIDDEN, String.join(", ", written));
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
