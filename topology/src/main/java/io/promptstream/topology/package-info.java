/**
 * The Kafka Streams application, front to back: a prompt event is decoded
 * ({@link io.promptstream.topology.encoding.EventDecoder}), mapped to a prompt
 * ({@link io.promptstream.topology.encoding.PromptMapper}), encoded, and built into records
 * ({@link io.promptstream.topology.EmbeddingRecords}) that go to the sinks.
 */
@NullMarked
package io.promptstream.topology;

import org.jspecify.annotations.NullMarked;
