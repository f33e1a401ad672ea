/** Child processes that run PromptStream's main classes and end with this process. */
@NullMarked
package io.promptstream.workbench.process;

import org.jspecify.annotations.NullMarked;
