/** Counts what happens to events, in the metrics registry of Kafka Streams. */
@NullMarked
package io.promptstream.topology.metrics;

import org.jspecify.annotations.NullMarked;
