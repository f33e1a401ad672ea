/**
 * Resolves sources on the web and reads their files in ranges, through a read-only channel. The
 * package does not depend on checkpoint formats; it only knows where checkpoints are published.
 */
@NullMarked
package io.promptstream.encoder.checkpoint.web;

import org.jspecify.annotations.NullMarked;
