/**
 * The Kafka Streams application. The processor decodes, validates and encodes an event
 * ({@link io.promptstream.topology.encoding.EventEncoder}), builds its records
 * ({@link io.promptstream.topology.EmbeddingRecordBuilder}) and forwards them to the sinks. With
 * sessions, another sub-topology ({@link io.promptstream.topology.session.Sessions}) writes the
 * events.
 */
@NullMarked
package io.promptstream.topology;

import org.jspecify.annotations.NullMarked;
