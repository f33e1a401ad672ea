package io.promptstream.topology.encoding;

import io.promptstream.encoder.FramedPrompt;
import io.promptstream.schemas.PromptEvent;

/**
 * An event that can be encoded.
 *
 * @param model what it is to be encoded with
 * @param event as it came
 * @param prompt its prompt in the model frame
 */
public record PreparedEvent(Model model, PromptEvent event, FramedPrompt prompt) {}
