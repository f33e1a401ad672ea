/** The playground: a web page on which one clicks on a picture and sees what the stream answers. */
@NullMarked
package io.promptstream.workbench.playground;

import org.jspecify.annotations.NullMarked;
