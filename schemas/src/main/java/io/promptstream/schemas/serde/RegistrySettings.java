package io.promptstream.schemas.serde;

import io.confluent.kafka.serializers.AbstractKafkaSchemaSerDeConfig;
import java.util.List;
import java.util.Map;

/** Interprets the settings of Confluent's serdes for ours. */
final class RegistrySettings {
  private static final List<String> REGISTRY_CHOOSES = List.of(
      AbstractKafkaSchemaSerDeConfig.USE_LATEST_VERSION,
      AbstractKafkaSchemaSerDeConfig.USE_LATEST_WITH_METADATA,
      AbstractKafkaSchemaSerDeConfig.USE_SCHEMA_ID);

  private RegistrySettings() {}

  /**
   * Returns whether schemas are fixed: a record is written with the schema of its class, and read
   * with the schema of its writer. Otherwise the registry chooses another schema, which may change.
   */
  static boolean leaveTheSchemaToUs(Map<String, ?> config) {
    return REGISTRY_CHOOSES.stream().noneMatch(config::containsKey);
  }
}
