package io.promptstream.topology.encoding;

import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.schemas.PromptEvent;

/**
 * An event and what the encoder made of it.
 *
 * @param event as it came
 * @param embeddings its embeddings
 */
public record EncodedEvent(PromptEvent event, PromptEmbeddings embeddings) {}
