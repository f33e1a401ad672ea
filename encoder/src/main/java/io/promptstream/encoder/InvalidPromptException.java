package io.promptstream.encoder;

import static java.util.Objects.requireNonNull;

/** Thrown for a prompt that can never be encoded; the message names the field and its value. */
public final class InvalidPromptException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Why a prompt is invalid. */
  public enum Reason {
    /** A coordinate of a point or of the box is NaN or infinite. */
    COORDINATE_NOT_FINITE,
    /** A point or a side of the box lies outside the image. */
    OUT_OF_IMAGE,
    /** A maximum of the box is less than its minimum. */
    BOX_INVERTED,
    /** The mask does not have the size that the model requires. */
    MASK_SIZE,
    /** A logit of the mask is NaN or infinite. */
    MASK_NOT_FINITE,
    /** A logit of the mask is so large that the encoder would overflow. */
    MASK_OUT_OF_RANGE,
    /** A mask of the image has another size than the image, or its data are not valid. */
    MASK_INVALID,
    /** The height or the width of the image is not positive. */
    IMAGE_SIZE,
    /** There are more points than the encoder is configured to accept. */
    TOO_MANY_POINTS
  }

  private final Reason reason;

  /** Creates an exception without a stack trace, which would say nothing about the prompt. */
  public InvalidPromptException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = requireNonNull(reason, "reason");
  }

  /** Returns why the prompt is invalid. */
  public Reason reason() {
    return reason;
  }
}
