/** What may change in the schemas, and what may not. */
@NullMarked
package io.promptstream.schemas.compatibility;

import org.jspecify.annotations.NullMarked;
