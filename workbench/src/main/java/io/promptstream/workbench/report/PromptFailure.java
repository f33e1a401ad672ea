package io.promptstream.workbench.report;

import static java.util.Objects.requireNonNull;

/**
 * A prompt that went to the error topic.
 *
 * @param promptId the prompt, as far as it is known
 * @param code the error code
 * @param message what was wrong with it
 */
public record PromptFailure(String promptId, String code, String message) implements PromptOutcome {
  public PromptFailure {
    requireNonNull(promptId, "promptId");
    requireNonNull(code, "code");
    requireNonNull(message, "message");
  }
}
