package io.promptstream.topology.encoding;

import io.promptstream.encoder.FramedPrompt;
import io.promptstream.schemas.PromptEvent;

/**
 * An event that is ready to be encoded.
 *
 * @param model the model that encodes it
 * @param event the event, unchanged
 * @param prompt its prompt in the model frame
 * @param clipped whether coordinates were outside of the image and are now at its edge
 */
public record PreparedEvent(Model model, PromptEvent event, FramedPrompt prompt, boolean clipped) {}
