/**
 * Checks of PromptStream's guarantees: a ledger of events and outputs, and the invariants that must
 * hold between them.
 */
@NullMarked
package io.promptstream.workbench.guarantee;

import org.jspecify.annotations.NullMarked;
