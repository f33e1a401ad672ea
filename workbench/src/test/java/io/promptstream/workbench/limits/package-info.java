/** Measures an application's memory under load against the bound from its settings. */
@NullMarked
package io.promptstream.workbench.limits;

import org.jspecify.annotations.NullMarked;
