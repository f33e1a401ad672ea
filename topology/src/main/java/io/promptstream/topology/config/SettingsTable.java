package io.promptstream.topology.config;

import io.promptstream.encoder.DenseFormat;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;

/** Builds the documentation of all settings from their definition. */
public final class SettingsTable {
  private SettingsTable() {}

  /** Returns the tables in Markdown: our own settings, and our defaults for Kafka Streams. */
  public static String markdown() {
    StringBuilder table = new StringBuilder("| setting | default | meaning |\n|---|---|---|\n");
    PromptStreamConfig.DEFINITION.configKeys().values().forEach(key -> table.append(row(key)));
    table.append("\n| Kafka setting | our default | why |\n|---|---|---|\n");
    StreamsSettings.defaults(DenseFormat.FACTORED)
        .forEach(
            ours -> table.append(row(ours.name(), "`%s`".formatted(ours.value()), ours.why())));
    return table.toString();
  }

  private static String row(ConfigKey key) {
    String value = key.defaultValue == null ? "none" : "`%s`".formatted(key.defaultValue);
    return row(key.name, key.hasDefault() ? value : "required", key.documentation);
  }

  private static String row(String name, String shown, String meaning) {
    return "| `%s` | %s | %s |".formatted(name, shown, meaning) + '\n';
  }
}
