package io.promptstream.topology.config;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigException;

/** The setting that names several models: {@code interactive=CHECKPOINT,batch=CHECKPOINT}. */
final class ModelsSetting {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  private ModelsSetting() {}

  /**
   * Returns settings in which {@link PromptStreamConfig#CHECKPOINT} is that of the first model.
   *
   * @throws ConfigException if both are set, or the setting is not of its form
   */
  static Map<String, String> withCheckpoint(Map<String, String> settings) {
    String models = settings.get(PromptStreamConfig.MODELS);
    if (models == null) {
      return settings;
    }
    String checkpoint = settings.get(PromptStreamConfig.CHECKPOINT);
    if (checkpoint != null) {
      throw new ConfigException("%s (with value %s) and %s (with value %s) are both set: set one"
          .formatted(PromptStreamConfig.CHECKPOINT, checkpoint, PromptStreamConfig.MODELS, models));
    }
    Map<String, String> all = new HashMap<>(settings);
    all.put(PromptStreamConfig.CHECKPOINT, parse(models).values().iterator().next());
    return all;
  }

  /** Returns the checkpoint of each model by its name, in the setting's order. */
  static Map<String, String> parse(String models) {
    Map<String, String> checkpoints = new LinkedHashMap<>();
    for (String entry : models.split(",", -1)) {
      int equals = entry.indexOf('=');
      String name = entry.substring(0, Math.max(0, equals)).trim();
      String checkpoint = entry.substring(equals + 1).trim();
      if (!NAME.matcher(name).matches() || checkpoint.isEmpty()) {
        throw new ConfigException(
            PromptStreamConfig.MODELS,
            models,
            "'%s' is not NAME=CHECKPOINT, with a name of letters, digits, '.', '_' and '-'"
                .formatted(entry.trim()));
      }
      if (checkpoints.put(name, checkpoint) != null) {
        throw new ConfigException(
            PromptStreamConfig.MODELS, models, "The name '%s' is there twice".formatted(name));
      }
    }
    return checkpoints;
  }
}
