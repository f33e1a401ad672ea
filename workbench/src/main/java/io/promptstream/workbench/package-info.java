/** Everything for trying out and testing on one machine, and nothing that goes to production. */
@NullMarked
package io.promptstream.workbench;

import org.jspecify.annotations.NullMarked;
