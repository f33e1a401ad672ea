@NullMarked
package io.promptstream.topology.retry;

import org.jspecify.annotations.NullMarked;
