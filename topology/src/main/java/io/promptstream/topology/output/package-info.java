/** Output records on their way to the sinks. */
@NullMarked
package io.promptstream.topology.output;

import org.jspecify.annotations.NullMarked;
