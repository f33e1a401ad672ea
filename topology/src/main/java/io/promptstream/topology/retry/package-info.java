/** Retries with exponential back-off, for brokers and schema registries that do not answer. */
@NullMarked
package io.promptstream.topology.retry;

import org.jspecify.annotations.NullMarked;
