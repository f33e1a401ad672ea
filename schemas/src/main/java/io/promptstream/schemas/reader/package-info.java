/** Reads tensors and dense embeddings as plain float arrays, for consumers of the embeddings. */
@NullMarked
package io.promptstream.schemas.reader;

import org.jspecify.annotations.NullMarked;
