package io.promptstream.topology.config;

import io.promptstream.encoder.Profile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Parses the setting that names several models:
 * {@code interactive=CHECKPOINT,batch:sam2=CHECKPOINT}.
 *
 * <p>Error messages do not quote checkpoints, because an address may be signed.
 */
final class ModelsSetting {
  private static final Pattern ENTRY =
      Pattern.compile("\\s*([A-Za-z0-9._-]{1,100})(?::([a-z0-9-]+))?\\s*=\\s*(\\S.*?)\\s*");

  private ModelsSetting() {}

  /**
   * One model.
   *
   * @param checkpoint where its weights are
   * @param profile its own profile, or null if it uses the profile of all models
   */
  record Source(String checkpoint, @Nullable String profile) {}

  /**
   * Returns settings in which {@link PromptStreamConfig#CHECKPOINT} is that of the first model.
   *
   * @throws ConfigException if both are set, or the setting is malformed
   */
  static Map<String, String> withCheckpoint(Map<String, String> settings) {
    String models = settings.get(PromptStreamConfig.MODELS);
    if (models == null) {
      return settings;
    }
    if (settings.containsKey(PromptStreamConfig.CHECKPOINT)) {
      throw new ConfigException("%s and %s are both set: set one of them"
          .formatted(PromptStreamConfig.CHECKPOINT, PromptStreamConfig.MODELS));
    }
    Map<String, String> all = new HashMap<>(settings);
    all.put(
        PromptStreamConfig.CHECKPOINT, parse(models).values().iterator().next().checkpoint());
    return all;
  }

  /** Returns the models by name, in the setting's order. */
  static Map<String, Source> parse(String models) {
    Map<String, Source> sources = new LinkedHashMap<>();
    for (String text : models.split(",", -1)) {
      Matcher entry = ENTRY.matcher(text);
      if (!entry.matches()) {
        throw wrong(
            ("entry %d is not NAME=CHECKPOINT or NAME:PROFILE=CHECKPOINT, with a name of letters,"
                    + " digits, '.', '_' and '-' (a comma in an address is %%2C)")
                .formatted(sources.size() + 1));
      }
      String name = entry.group(1);
      String profile = entry.group(2);
      if (profile != null && !Profile.settings().contains(profile)) {
        throw wrong("the profile of %s is '%s', must be one of %s"
            .formatted(name, profile, String.join(", ", Profile.settings())));
      }
      if (sources.put(name, new Source(entry.group(3), profile)) != null) {
        throw wrong("the name '%s' is used twice".formatted(name));
      }
    }
    return sources;
  }

  private static ConfigException wrong(String reason) {
    return new ConfigException(PromptStreamConfig.MODELS + ": " + reason);
  }
}
