/**
 * Fault injection: kills, suspends and disconnects applications, broker and registry under load,
 * and checks the guarantees from outside.
 */
@NullMarked
package io.promptstream.workbench.faults;

import org.jspecify.annotations.NullMarked;
