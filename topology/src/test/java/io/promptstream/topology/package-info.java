@NullMarked
package io.promptstream.topology;

import org.jspecify.annotations.NullMarked;
