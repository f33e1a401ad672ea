package io.promptstream.topology.encoding;

import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.schemas.PromptEvent;

/**
 * An event and its embeddings.
 *
 * @param model the model that encoded it
 * @param event the event, unchanged
 * @param embeddings its embeddings
 */
public record EncodedEvent(Model model, PromptEvent event, PromptEmbeddings embeddings) {}
