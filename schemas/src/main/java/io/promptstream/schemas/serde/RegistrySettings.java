package io.promptstream.schemas.serde;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.List;
import java.util.Map;

/** What the settings of Confluent's serdes mean for ours. */
final class RegistrySettings {
  private static final List<String> REGISTRY_CHOOSES = List.of(
      AbstractKafkaSchemaSerDeConfig.USE_LATEST_VERSION,
      AbstractKafkaSchemaSerDeConfig.USE_LATEST_WITH_METADATA,
      AbstractKafkaSchemaSerDeConfig.USE_SCHEMA_ID);

  private RegistrySettings() {}

  /**
   * Returns whether a record's schema is that of its class, or of who wrote it, once and for all:
   * the registry is not asked to choose another, which may change.
   */
  static boolean leaveTheSchemaToUs(Map<String, ?> config) {
    return REGISTRY_CHOOSES.stream().noneMatch(config::containsKey);
  }
}
