/** Tests against a real server on the loopback interface. */
@NullMarked
package io.promptstream.encoder.checkpoint.web;

import org.jspecify.annotations.NullMarked;
