@NullMarked
package io.promptstream.topology.encoding;

import org.jspecify.annotations.NullMarked;
