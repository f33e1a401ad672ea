package io.promptstream.workbench.report;

import static java.util.Objects.requireNonNull;

/**
 * A rejected prompt.
 *
 * @param promptId the prompt's id
 * @param code the error code
 * @param message the error message
 */
public record PromptFailure(String promptId, String code, String message) implements PromptOutcome {
  public PromptFailure {
    requireNonNull(promptId, "promptId");
    requireNonNull(code, "code");
    requireNonNull(message, "message");
  }
}
