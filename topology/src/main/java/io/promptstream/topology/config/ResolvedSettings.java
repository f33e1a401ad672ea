package io.promptstream.topology.config;

import static java.util.Comparator.comparingInt;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/** Settings in which references to config providers are replaced by their values. */
public final class ResolvedSettings {
  /** Shorter values are not secrets; replacing them would make a message unreadable. */
  private static final int SHORTEST_SECRET = 3;

  private final Map<String, String> settings;
  private final Map<String, String> referencesByValue;

  private ResolvedSettings(Map<String, String> settings, Map<String, String> referencesByValue) {
    this.settings = Map.copyOf(settings);
    this.referencesByValue = Map.copyOf(referencesByValue);
  }

  /**
   * Resolves references, and drops the settings of config providers, so that no client replaces
   * anything again.
   *
   * @throws ConfigException naming a setting and its reference, if it cannot be resolved
   */
  static ResolvedSettings of(Map<String, String> written) {
    ConfigReferences references = new ConfigReferences(written);
    Map<String, String> settings = new HashMap<>();
    Map<String, String> referencesByValue = new HashMap<>();
    // Sorted, so that the same one of several invalid references is always reported.
    new TreeMap<>(written).forEach((name, value) -> {
      if (!ConfigReferences.isOfProviders(name)) {
        String resolved = references.replaced(
            name, value, (reference, meant) -> referencesByValue.put(meant.strip(), reference));
        settings.put(name, resolved.strip());
      }
    });
    return new ResolvedSettings(settings, referencesByValue);
  }

  /** Returns the settings. */
  Map<String, String> settings() {
    return settings;
  }

  /**
   * Applies a check to the settings and returns its result.
   *
   * @throws ConfigException that the check throws, with references in place of a provider's values,
   *     which may be secrets in the wrong setting
   */
  public <T> T check(Function<Map<String, String>, T> check) {
    try {
      return check.apply(settings);
    } catch (ConfigException e) {
      String message = String.valueOf(e.getMessage());
      String shown = withReferences(message);
      // Without the cause, which has the secret too.
      throw shown.equals(message) ? e : new ConfigException(shown);
    }
  }

  private String withReferences(String message) {
    return referencesByValue.keySet().stream()
        .filter(value -> value.length() >= SHORTEST_SECRET)
        // The longest first: a shorter value may be a part of it.
        .sorted(comparingInt(String::length).reversed())
        .reduce(
            message,
            (text, value) -> text.replace(value, referencesByValue.getOrDefault(value, "")));
  }
}
