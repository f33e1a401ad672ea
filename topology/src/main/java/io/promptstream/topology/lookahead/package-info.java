/**
 * Look-ahead: batches without buffers.
 *
 * <p>Kafka Streams hands a processor one record at a time; the encoder wants hundreds. A consumer
 * interceptor takes note of every polled batch before the stream thread processes it. When the
 * processor reaches an event that is not encoded yet, the noted events from it on, a window, are
 * encoded in one call, and the events after it pick up what they find. Every event is still
 * processed and committed by itself: nothing is held back across a commit, and nothing waits for a
 * window to fill.
 */
@NullMarked
package io.promptstream.topology.lookahead;

import org.jspecify.annotations.NullMarked;
