@NullMarked
package io.promptstream.topology.lookahead;

import org.jspecify.annotations.NullMarked;
