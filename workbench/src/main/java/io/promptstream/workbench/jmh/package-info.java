/** JMH benchmarks of the encoder alone, with lower bounds for any encoder. */
@NullMarked
package io.promptstream.workbench.jmh;

import org.jspecify.annotations.NullMarked;
