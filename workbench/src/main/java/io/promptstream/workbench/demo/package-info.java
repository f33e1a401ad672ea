/** The demo: sends prompts through a real pipeline, one at a time, and collects the results. */
@NullMarked
package io.promptstream.workbench.demo;

import org.jspecify.annotations.NullMarked;
