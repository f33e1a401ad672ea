/** For consumers of the embeddings: tensors and dense embeddings as plain float arrays. */
@NullMarked
package io.promptstream.schemas.reader;

import org.jspecify.annotations.NullMarked;
