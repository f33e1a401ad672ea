/** The command line. */
@NullMarked
package io.promptstream.application.cli;

import org.jspecify.annotations.NullMarked;
