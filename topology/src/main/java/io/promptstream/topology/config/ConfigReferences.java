package io.promptstream.topology.config;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toUnmodifiableMap;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;

/**
 * Resolves references in settings to Kafka's config providers: <code>${provider:key}</code> or
 * <code> ${provider:path:key}</code>, where {@code config.providers} names the provider. Any other
 * <code> ${...}</code> is text.
 *
 * <p>Kafka's clients would also replace them, but each client separately, and only in its own
 * settings.
 */
final class ConfigReferences {
  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;
  private static final String VALUE = "value";

  private final Map<String, String> providerSettings;
  private final List<?> providers;

  /** Takes the settings and uses only those of config providers. */
  ConfigReferences(Map<String, String> settings) {
    providerSettings = settings.entrySet().stream()
        .filter(setting -> isOfProviders(setting.getKey()))
        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    String names = providerSettings.getOrDefault(PROVIDERS, "");
    providers =
        (List<?>) requireNonNull(ConfigDef.parseType(PROVIDERS, names, ConfigDef.Type.LIST));
  }

  /** Returns whether a setting configures config providers, and not a client. */
  static boolean isOfProviders(String name) {
    return name.equals(PROVIDERS) || name.startsWith(PROVIDERS + '.');
  }

  /** Returns the references in a value, as they are written. */
  List<String> in(String value) {
    return ConfigTransformer.DEFAULT_PATTERN
        .matcher(value)
        .results()
        .filter(found -> providers.contains(found.group(1)))
        .map(MatchResult::group)
        .toList();
  }

  /**
   * Replaces all references in a value. Resolved values are not searched for references again.
   *
   * @param each receives each reference and its resolved value
   * @throws ConfigException naming the setting and the reference, if it cannot be resolved
   */
  String replaced(String setting, String value, BiConsumer<String, String> each) {
    return ConfigTransformer.DEFAULT_PATTERN.matcher(value).replaceAll(found -> {
      String resolved = found.group();
      if (providers.contains(found.group(1))) {
        resolved = resolved(setting, found.group(1), found.group());
        each.accept(found.group(), resolved);
      }
      return Matcher.quoteReplacement(resolved);
    });
  }

  private String resolved(String setting, String provider, String reference) {
    String classSetting = PROVIDERS + '.' + provider + ".class";
    if (!providerSettings.containsKey(classSetting)) {
      throw unresolved(setting, reference, classSetting + " is not set");
    }
    Map<String, String> query = new HashMap<>(providerSettings);
    // Only this provider, so that errors of other providers do not matter.
    query.put(PROVIDERS, provider);
    query.put(VALUE, reference);
    Object resolved;
    try {
      resolved = new AbstractConfig(new ConfigDef(), query, false).originals().get(VALUE);
    } catch (RuntimeException e) {
      throw unresolved(setting, reference, String.valueOf(e.getMessage()));
    }
    // Kafka does not replace a reference to a missing value.
    if (resolved == null || resolved.equals(reference)) {
      throw unresolved(setting, reference, "the provider has no such value");
    }
    return resolved.toString();
  }

  private static ConfigException unresolved(String setting, String reference, String reason) {
    return new ConfigException(
        "Setting %s: %s cannot be resolved: %s".formatted(setting, reference, reason));
  }
}
