/**
 * The HTML report of a run: a self-contained page that shows visually that the embeddings belong to
 * their prompts.
 */
@NullMarked
package io.promptstream.workbench.report;

import org.jspecify.annotations.NullMarked;
