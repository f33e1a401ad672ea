/**
 * Folds the actions of sessions into prompts: a pure function, and the processor that applies it.
 */
@NullMarked
package io.promptstream.topology.session;

import org.jspecify.annotations.NullMarked;
