/**
 * Converts the requests of annotation tools and SAM servers to prompt events and actions.
 *
 * <p>{@link io.promptstream.intake.RequestFormat} has one constant for each format of whole
 * prompts; its converters are pure functions. {@link io.promptstream.intake.SamSessions} converts
 * clicks, and remembers the objects that have any. No converter reads files or knows Kafka.
 */
@NullMarked
package io.promptstream.intake;

import org.jspecify.annotations.NullMarked;
