/** Handles events that can never be encoded: error codes, error records and exception handlers. */
@NullMarked
package io.promptstream.topology.errors;

import org.jspecify.annotations.NullMarked;
