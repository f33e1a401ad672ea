@NullMarked
package io.promptstream.topology.registry;

import org.jspecify.annotations.NullMarked;
