/**
 * Reads files of prompts: JSON lines of the event's fields, COCO annotations, requests of tools.
 */
@NullMarked
package io.promptstream.application.promptfile;

import org.jspecify.annotations.NullMarked;
