/** Keeps the output of tests that pass out of the build's output. */
@NullMarked
package io.promptstream.testoutput;

import org.jspecify.annotations.NullMarked;
