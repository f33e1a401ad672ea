/**
 * Files on the web, read in ranges: what a source names, and a read-only channel on it. Knows
 * nothing of checkpoints but where they are published.
 */
@NullMarked
package io.promptstream.encoder.checkpoint.web;

import org.jspecify.annotations.NullMarked;
