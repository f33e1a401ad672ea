/** The demo: prompts through a real pipeline, one after the other, and what came of each. */
@NullMarked
package io.promptstream.workbench.demo;

import org.jspecify.annotations.NullMarked;
