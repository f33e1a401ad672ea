package io.promptstream.topology.config;

import static java.util.Comparator.comparingInt;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.common.config.ConfigException;

/** Settings in which references to config providers are replaced by what they stand for. */
public final class ResolvedSettings {
  /** Nothing shorter is a secret, and replacing it would make a message unreadable. */
  private static final int SHORTEST_SECRET = 3;

  private final Map<String, String> settings;
  private final Map<String, String> referencesByValue;

  private ResolvedSettings(Map<String, String> settings, Map<String, String> referencesByValue) {
    this.settings = Map.copyOf(settings);
    this.referencesByValue = Map.copyOf(referencesByValue);
  }

  /**
   * Resolves settings, and drops those of providers, so that no client replaces anything again.
   *
   * @throws ConfigException naming a setting and its reference, if that stands for nothing
   */
  static ResolvedSettings of(Map<String, String> written) {
    ConfigReferences references = new ConfigReferences(written);
    Map<String, String> settings = new HashMap<>();
    Map<String, String> referencesByValue = new HashMap<>();
    // Sorted, so that of several wrong references always the same one is reported.
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
   * Makes something of the settings.
   *
   * @throws ConfigException as it was thrown, but with the reference in place of what a provider
   *     gave, which may be a secret at the wrong place
   */
  public <T> T check(Function<Map<String, String>, T> check) {
    try {
      return check.apply(settings);
    } catch (ConfigException e) {
      String message = String.valueOf(e.getMessage());
      String shown = withReferences(message);
      // Without the cause, which would have the secret, too.
      throw shown.equals(message) ? e : new ConfigException(shown);
    }
  }

  private String withReferences(String message) {
    return referencesByValue.keySet().stream()
        .filter(value -> value.length() >= SHORTEST_SECRET)
        // The longest first, of which another may be a part.
        .sorted(comparingInt(String::length).reversed())
        .reduce(
            message,
            (text, value) -> text.replace(value, referencesByValue.getOrDefault(value, "")));
  }
}
