/** Checks the encoder on a GPU and compares its speed with PyTorch's. */
@NullMarked
package io.promptstream.workbench.gpu;

import org.jspecify.annotations.NullMarked;
