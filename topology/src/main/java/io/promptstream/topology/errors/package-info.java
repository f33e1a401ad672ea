/** What happens to events that can never become embeddings. */
@NullMarked
package io.promptstream.topology.errors;

import org.jspecify.annotations.NullMarked;
