/** The schema registry as the application uses it: one set of serdes, and patience with it. */
@NullMarked
package io.promptstream.topology.registry;

import org.jspecify.annotations.NullMarked;
