/** The HTTP endpoint of a running application: health, metrics, and what it runs with. */
@NullMarked
package io.promptstream.application.http;

import org.jspecify.annotations.NullMarked;
