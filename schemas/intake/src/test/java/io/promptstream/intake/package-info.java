@NullMarked
package io.promptstream.intake;

import org.jspecify.annotations.NullMarked;
