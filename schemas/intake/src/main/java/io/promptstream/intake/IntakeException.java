package io.promptstream.intake;

/** Thrown for a request that is not a prompt; the message names the field, its value and why. */
public final class IntakeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;

  IntakeException(String path, String problem) {
    super("%s %s".formatted(path.isEmpty() ? "the request" : path, problem));
    this.path = path;
  }

  /**
   * Returns the location of the field: a JSON pointer (RFC 6901) such as {@code /prompts/3/box},
   * empty for the whole request.
   */
  public String path() {
    return path;
  }
}
