@NullMarked
package io.promptstream.encoder;

import org.jspecify.annotations.NullMarked;
