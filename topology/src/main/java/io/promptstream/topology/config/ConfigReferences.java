package io.promptstream.topology.config;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;

/**
 * References in settings to Kafka's config providers: <code>${provider:key}</code> or <code>
 * ${provider:path:key}</code>, where {@code config.providers} names the provider. Any other <code>
 * ${...}</code> is text.
 *
 * <p>Kafka's clients would replace them, too, but each client for itself, and only in its own
 * settings.
 */
final class ConfigReferences {
  private static final String PROVIDERS = AbstractConfig.CONFIG_PROVIDERS_CONFIG;
  private static final String VALUE = "value";

  private final Map<String, String> ofProviders;
  private final Set<String> providers;

  /** Takes the settings, of which only those of providers count. */
  ConfigReferences(Map<String, String> settings) {
    ofProviders = settings.entrySet().stream()
        .filter(setting -> isOfProviders(setting.getKey()))
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    providers = Arrays.stream(ofProviders.getOrDefault(PROVIDERS, "").split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns whether a setting says what providers there are, and is none of a client. */
  static boolean isOfProviders(String name) {
    return name.equals(PROVIDERS) || name.startsWith(PROVIDERS + '.');
  }

  /** Returns the references in a value, as they stand there. */
  List<String> in(String value) {
    return ConfigTransformer.DEFAULT_PATTERN
        .matcher(value)
        .results()
        .filter(this::isReference)
        .map(MatchResult::group)
        .toList();
  }

  private boolean isReference(MatchResult found) {
    return providers.contains(found.group(1));
  }

  /**
   * Replaces all references in a value. What they stand for is not looked at again.
   *
   * @param each gets each reference and what it stands for
   * @throws ConfigException naming the setting and the reference, if it stands for nothing
   */
  String replaced(String setting, String value, BiConsumer<String, String> each) {
    return ConfigTransformer.DEFAULT_PATTERN.matcher(value).replaceAll(found -> {
      if (!isReference(found)) {
        return Matcher.quoteReplacement(found.group());
      }
      String meant = meant(setting, found.group(1), found.group());
      each.accept(found.group(), meant);
      return Matcher.quoteReplacement(meant);
    });
  }

  private String meant(String setting, String provider, String reference) {
    String itsClass = PROVIDERS + '.' + provider + ".class";
    if (!ofProviders.containsKey(itsClass)) {
      throw unresolved(setting, reference, itsClass + " is not set");
    }
    Map<String, String> asked = new HashMap<>(ofProviders);
    // Alone, so that another provider's faults do not count.
    asked.put(PROVIDERS, provider);
    asked.put(VALUE, reference);
    Object meant;
    try {
      meant = new AbstractConfig(new ConfigDef(), asked, false).originals().get(VALUE);
    } catch (RuntimeException e) {
      throw unresolved(setting, reference, String.valueOf(e.getMessage()));
    }
    // Kafka leaves a reference to nothing as it is.
    if (meant == null || meant.equals(reference)) {
      throw unresolved(setting, reference, "the provider has no such value");
    }
    return meant.toString();
  }

  private static ConfigException unresolved(String setting, String reference, String reason) {
    return new ConfigException(
        "Setting %s: %s cannot be resolved: %s".formatted(setting, reference, reason));
  }
}
