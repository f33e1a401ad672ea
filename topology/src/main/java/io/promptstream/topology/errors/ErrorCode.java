package io.promptstream.topology.errors;

import io.promptstream.encoder.InvalidPromptException;

/** Why an event is on the error topic: the value of the header {@value ErrorHeaders#CODE}. */
public enum ErrorCode {
  /** The event has more headers than {@code promptstream.max.headers}. */
  TOO_MANY_HEADERS,
  /** The value is not a prompt event: it is empty, is not Avro, or has an unknown schema. */
  UNDECODABLE,
  /** The uncompressed value is larger than {@code producer.max.request.size}. */
  EVENT_TOO_LARGE,
  /** A coordinate is NaN or infinite. */
  COORDINATE_NOT_FINITE,
  /** A point or a side of the box lies outside the image. */
  OUT_OF_IMAGE,
  /** The box has a minimum coordinate that is greater than the maximum. */
  BOX_INVERTED,
  /** The mask does not have the model's mask size, or its bytes do not match its size. */
  MASK_SIZE,
  /** A logit of the mask is NaN or infinite. */
  MASK_NOT_FINITE,
  /** A logit of the mask is so large that the encoder would overflow. */
  MASK_OUT_OF_RANGE,
  /** A mask of the image has another size than the image, or its data are not valid. */
  MASK_INVALID,
  /** An enum has a symbol that this version does not know. */
  UNKNOWN_SYMBOL,
  /** The image has no pixels. */
  IMAGE_SIZE,
  /** The event names a model that the application does not have. */
  UNKNOWN_MODEL,
  /** The event has more points than {@code promptstream.max.points}. */
  TOO_MANY_POINTS,
  /** A record of the result would be larger than {@code producer.max.request.size}. */
  RESULT_TOO_LARGE,
  /** An id of the action is empty, too long, or has a slash. */
  INVALID_ID,
  /** The session has no such object, and the action does not add it. */
  UNKNOWN_OBJECT,
  /** The image, its size or the model is not that of the object's first action. */
  SESSION_MISMATCH,
  /** There is no point within the radius. */
  NO_POINT_NEAR,
  /** There is no action that can be undone. */
  NOTHING_TO_UNDO,
  /** There is no action that can be redone. */
  NOTHING_TO_REDO,
  /** The prompt does not have what the action clears. */
  NOTHING_TO_CLEAR,
  /** The state of the object would be too large. */
  SESSION_TOO_LARGE,
  /** The action was processed before a failure, and its result cannot be repeated. */
  ACTION_OUTDATED;

  static ErrorCode of(InvalidPromptException.Reason reason) {
    return switch (reason) {
      case COORDINATE_NOT_FINITE -> COORDINATE_NOT_FINITE;
      case OUT_OF_IMAGE -> OUT_OF_IMAGE;
      case BOX_INVERTED -> BOX_INVERTED;
      case MASK_SIZE -> MASK_SIZE;
      case MASK_NOT_FINITE -> MASK_NOT_FINITE;
      case MASK_OUT_OF_RANGE -> MASK_OUT_OF_RANGE;
      case MASK_INVALID -> MASK_INVALID;
      case IMAGE_SIZE -> IMAGE_SIZE;
      case TOO_MANY_POINTS -> TOO_MANY_POINTS;
    };
  }
}
