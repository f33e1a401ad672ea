/**
 * A fuzzer: sends hostile events through the whole application and compares each result with that
 * of an independent oracle.
 */
@NullMarked
package io.promptstream.workbench.fuzz;

import org.jspecify.annotations.NullMarked;
