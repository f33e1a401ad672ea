@NullMarked
package io.promptstream.workbench.limits;

import org.jspecify.annotations.NullMarked;
