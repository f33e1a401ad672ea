/** What is on the class path, and what is not. */
@NullMarked
package io.promptstream.schemas.classpath;

import org.jspecify.annotations.NullMarked;
