/**
 * The page that shows what a run did: one self-contained HTML file in which a person sees that the
 * embeddings belong to their prompts.
 */
@NullMarked
package io.promptstream.workbench.report;

import org.jspecify.annotations.NullMarked;
