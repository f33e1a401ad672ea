/** The services that an image runs with when it is checked. */
@NullMarked
package io.promptstream.workbench.image;

import org.jspecify.annotations.NullMarked;
