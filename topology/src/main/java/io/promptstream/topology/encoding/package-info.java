/** Turns raw values of events into embeddings, for one event or for many at once. */
@NullMarked
package io.promptstream.topology.encoding;

import org.jspecify.annotations.NullMarked;
