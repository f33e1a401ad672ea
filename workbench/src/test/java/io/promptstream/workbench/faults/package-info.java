@NullMarked
package io.promptstream.workbench.faults;

import org.jspecify.annotations.NullMarked;
