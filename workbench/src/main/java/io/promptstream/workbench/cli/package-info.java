/**
 * The command line of the workbench: PromptStream's own commands, and those that bring a broker.
 */
@NullMarked
package io.promptstream.workbench.cli;

import org.jspecify.annotations.NullMarked;
