@NullMarked
package io.promptstream.workbench.bench;

import org.jspecify.annotations.NullMarked;
