/** A real schema registry beside this process, for trying out and for tests. */
@NullMarked
package io.promptstream.workbench.registry;

import org.jspecify.annotations.NullMarked;
