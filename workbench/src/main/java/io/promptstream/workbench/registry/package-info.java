/** A real schema registry in a child process, for the demo, local use and tests. */
@NullMarked
package io.promptstream.workbench.registry;

import org.jspecify.annotations.NullMarked;
