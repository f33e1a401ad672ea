/** Tests the contents of the class path. */
@NullMarked
package io.promptstream.schemas.classpath;

import org.jspecify.annotations.NullMarked;
