package io.promptstream.topology.encoding;

import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.schemas.PromptEvent;

/**
 * An event and what the encoder made of it.
 *
 * @param model what it was encoded with
 * @param event as it came
 * @param embeddings its embeddings
 */
public record EncodedEvent(Model model, PromptEvent event, PromptEmbeddings embeddings) {}
