@NullMarked
package io.promptstream.workbench;

import org.jspecify.annotations.NullMarked;
