@NullMarked
package io.promptstream.topology.session;

import org.jspecify.annotations.NullMarked;
