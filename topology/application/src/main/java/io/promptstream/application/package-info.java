/** The running application: startup checks, start, clean stop. */
@NullMarked
package io.promptstream.application;

import org.jspecify.annotations.NullMarked;
