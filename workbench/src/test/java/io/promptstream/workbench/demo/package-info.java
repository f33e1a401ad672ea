@NullMarked
package io.promptstream.workbench.demo;

import org.jspecify.annotations.NullMarked;
