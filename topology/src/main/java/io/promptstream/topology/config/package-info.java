/**
 * Settings: where they come from, what they mean, and what Kafka and the schema registry get of
 * them.
 *
 * <p>{@link io.promptstream.topology.config.ConfigLoader} gathers them from the environment and a
 * file, {@link io.promptstream.topology.config.PromptStreamConfig} is their checked form.
 */
@NullMarked
package io.promptstream.topology.config;

import org.jspecify.annotations.NullMarked;
