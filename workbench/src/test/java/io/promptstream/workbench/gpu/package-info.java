/** The check of the encoder on a GPU, and its comparison with PyTorch itself. */
@NullMarked
package io.promptstream.workbench.gpu;

import org.jspecify.annotations.NullMarked;
