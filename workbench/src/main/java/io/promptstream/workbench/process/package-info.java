/** Main classes of ours in processes of their own, which end with this one. */
@NullMarked
package io.promptstream.workbench.process;

import org.jspecify.annotations.NullMarked;
