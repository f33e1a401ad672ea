/** What memory an application takes at most, beside the bound that its settings give. */
@NullMarked
package io.promptstream.workbench.limits;

import org.jspecify.annotations.NullMarked;
