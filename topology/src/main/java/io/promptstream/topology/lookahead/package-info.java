/**
 * Look-ahead: encodes events in batches without buffering them.
 *
 * <p>Kafka Streams passes a processor one record at a time, but the encoder is efficient only with
 * many. A consumer interceptor notes every polled batch before the stream thread processes it. When
 * the processor reaches an event that is not encoded yet, it encodes that event and the noted
 * events after it, a window, in one call, and stores the results of the later events until their
 * turn. Every event is still processed and committed by itself: nothing is held back across a
 * commit, and nothing waits for a window to fill.
 */
@NullMarked
package io.promptstream.topology.lookahead;

import org.jspecify.annotations.NullMarked;
