@NullMarked
package io.promptstream.workbench.process;

import org.jspecify.annotations.NullMarked;
