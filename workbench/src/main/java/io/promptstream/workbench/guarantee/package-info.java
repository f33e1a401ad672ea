/**
 * What PromptStream guarantees, as objects: a ledger of what went in and what came out, and the
 * invariants that hold between the two.
 */
@NullMarked
package io.promptstream.workbench.guarantee;

import org.jspecify.annotations.NullMarked;
