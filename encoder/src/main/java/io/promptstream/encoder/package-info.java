/**
 * The Segment Anything prompt encoder: prompts in, embeddings out.
 *
 * <p>A {@link io.promptstream.encoder.Prompt} in the pixels of its image is validated and framed
 * ({@link io.promptstream.encoder.PromptFramer}), and a list of
 * {@link io.promptstream.encoder.FramedPrompt}s is encoded in one pass
 * ({@link io.promptstream.encoder.PromptEncoder}). This package does not depend on Kafka or Avro.
 */
@NullMarked
package io.promptstream.encoder;

import org.jspecify.annotations.NullMarked;
