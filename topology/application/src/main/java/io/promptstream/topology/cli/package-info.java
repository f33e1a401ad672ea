/** The command line. */
@NullMarked
package io.promptstream.topology.cli;

import org.jspecify.annotations.NullMarked;
