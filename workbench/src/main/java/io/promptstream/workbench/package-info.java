/** Tools to try out and test PromptStream on one machine; not for production. */
@NullMarked
package io.promptstream.workbench;

import org.jspecify.annotations.NullMarked;
