/** The command line of the workbench: PromptStream's commands, and those that start a broker. */
@NullMarked
package io.promptstream.workbench.cli;

import org.jspecify.annotations.NullMarked;
