/**
 * The application's access to the schema registry: shared serdes, and look-ups that events wait
 * for.
 */
@NullMarked
package io.promptstream.topology.registry;

import org.jspecify.annotations.NullMarked;
