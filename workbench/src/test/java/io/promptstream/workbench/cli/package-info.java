@NullMarked
package io.promptstream.workbench.cli;

import org.jspecify.annotations.NullMarked;
