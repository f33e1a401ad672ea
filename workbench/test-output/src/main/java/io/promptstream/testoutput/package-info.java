/** Hides the output of passing tests from the build's output. */
@NullMarked
package io.promptstream.testoutput;

import org.jspecify.annotations.NullMarked;
