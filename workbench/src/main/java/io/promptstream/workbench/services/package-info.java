/** A broker and a registry for tools and tests, and clients that send, read and administrate. */
@NullMarked
package io.promptstream.workbench.services;

import org.jspecify.annotations.NullMarked;
