/**
 * The schema registry as the application uses it: one set of serdes, and how long events wait for
 * it.
 */
@NullMarked
package io.promptstream.topology.registry;

import org.jspecify.annotations.NullMarked;
