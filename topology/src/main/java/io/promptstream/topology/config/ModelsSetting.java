package io.promptstream.topology.config;

import io.promptstream.encoder.Profile;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

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
   * @param profile its own profile, or that of all models
   */
  record Source(String checkpoint, String profile) {}

  /**
   * Returns settings in which {@link PromptStreamConfig#CHECKPOINT}, which is required, is set.
   *
   * @throws ConfigException if both settings are set
   */
  static Map<String, String> withCheckpoint(Map<String, String> settings) {
    if (!settings.containsKey(PromptStreamConfig.MODELS)) {
      return settings;
    }
    Map<String, String> all = new HashMap<>(settings);
    if (all.put(PromptStreamConfig.CHECKPOINT, "several") != null) {
      throw new ConfigException("%s and %s are both set: set one of them"
          .formatted(PromptStreamConfig.CHECKPOINT, PromptStreamConfig.MODELS));
    }
    return all;
  }

  /** Returns the models by name, in the setting's order, or the only model. */
  static Map<String, Source> sources(AbstractConfig own) {
    String models = own.getString(PromptStreamConfig.MODELS);
    String profile = own.getString(PromptStreamConfig.PROFILE);
    return models == null
        ? Map.of(
            PromptStreamConfig.DEFAULT_MODEL,
            new Source(own.getString(PromptStreamConfig.CHECKPOINT), profile))
        : parse(models, profile);
  }

  private static Map<String, Source> parse(String models, String profileOfAll) {
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
      String profile = entry.group(2) == null ? profileOfAll : entry.group(2);
      if (!Profile.settings().contains(profile)) {
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
