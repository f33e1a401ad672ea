package io.promptstream.intake;

/** Thrown for a document that is not a prompt; the message names the field, its value and why. */
public final class IntakeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String path;

  IntakeException(String path, String problem) {
    super("%s %s".formatted(path.isEmpty() ? "the document" : path, problem));
    this.path = path;
  }

  /**
   * Returns the location of the field: a JSON pointer (RFC 6901) such as {@code /prompts/3/box},
   * empty for the whole document.
   */
  public String path() {
    return path;
  }
}
