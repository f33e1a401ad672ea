/**
 * Hostile events by the hundred thousand through the whole application, and an oracle that says
 * what must come of each.
 */
@NullMarked
package io.promptstream.workbench.fuzz;

import org.jspecify.annotations.NullMarked;
