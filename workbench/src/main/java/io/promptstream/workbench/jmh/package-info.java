/** JMH benchmarks of the encoder alone, with the floors that no encoder can be below. */
@NullMarked
package io.promptstream.workbench.jmh;

import org.jspecify.annotations.NullMarked;
