/** From the raw value of an event to its embeddings, for one event or for many at once. */
@NullMarked
package io.promptstream.topology.encoding;

import org.jspecify.annotations.NullMarked;
