/**
 * Settings: their sources, their meaning, and the settings that Kafka and the schema registry get.
 *
 * <p>{@link io.promptstream.topology.config.ConfigLoader} loads them from the environment and a
 * file; {@link io.promptstream.topology.config.PromptStreamConfig} is their checked form.
 */
@NullMarked
package io.promptstream.topology.config;

import org.jspecify.annotations.NullMarked;
