@NullMarked
package io.promptstream.workbench.guarantee;

import org.jspecify.annotations.NullMarked;
