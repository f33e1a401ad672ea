@NullMarked
package io.promptstream.workbench.fuzz;

import org.jspecify.annotations.NullMarked;
