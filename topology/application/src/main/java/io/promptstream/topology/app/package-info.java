/** The running application: startup checks, start, clean stop. */
@NullMarked
package io.promptstream.topology.app;

import org.jspecify.annotations.NullMarked;
