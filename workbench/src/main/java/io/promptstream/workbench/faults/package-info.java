/**
 * Faults on purpose: applications, broker and registry as processes that are killed, suspended and
 * cut off under load, while the guarantees are watched from outside.
 */
@NullMarked
package io.promptstream.workbench.faults;

import org.jspecify.annotations.NullMarked;
