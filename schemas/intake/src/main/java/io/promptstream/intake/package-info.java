/**
 * Converts the requests of annotation tools and SAM servers to prompt events.
 *
 * <p>{@link io.promptstream.intake.RequestFormat} has one constant for each format. The converters
 * are pure functions: they read no files and know no Kafka.
 */
@NullMarked
package io.promptstream.intake;

import org.jspecify.annotations.NullMarked;
