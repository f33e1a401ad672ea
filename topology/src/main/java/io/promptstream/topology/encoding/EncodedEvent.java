package io.promptstream.topology.encoding;

import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.schemas.PromptEvent;

/**
 * An event and its embeddings.
 *
 * @param model the model that encoded it
 * @param event the event, unchanged
 * @param embeddings its embeddings
 * @param clipped whether coordinates were outside of the image and were moved to its edge
 */
public record EncodedEvent(
    Model model, PromptEvent event, PromptEmbeddings embeddings, boolean clipped) {}
