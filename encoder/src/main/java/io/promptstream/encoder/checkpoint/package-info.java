/** Reads the prompt encoder's weights from checkpoints, local or on the web. */
@NullMarked
package io.promptstream.encoder.checkpoint;

import org.jspecify.annotations.NullMarked;
