/** Folds the actions of sessions into prompts: a pure function. */
@NullMarked
package io.promptstream.topology.session;

import org.jspecify.annotations.NullMarked;
