/** Reads files of prompts: JSON lines of the event's fields, or COCO annotations. */
@NullMarked
package io.promptstream.application.promptfile;

import org.jspecify.annotations.NullMarked;
