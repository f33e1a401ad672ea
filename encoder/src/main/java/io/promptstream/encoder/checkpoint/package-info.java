/** Checkpoints in: the prompt encoder's tensors out of the files that people have. */
@NullMarked
package io.promptstream.encoder.checkpoint;

import org.jspecify.annotations.NullMarked;
