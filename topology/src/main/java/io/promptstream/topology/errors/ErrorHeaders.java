package io.promptstream.topology.errors;

/**
 * The headers of an error record, all UTF-8 text. Names that begin with {@code promptstream} are
 * our own; the others are those of Kafka Streams' dead letter queue (KIP-1034).
 */
public final class ErrorHeaders {
  /** The begin of the names of our own headers. */
  public static final String OUR_PREFIX = "promptstream.error.";

  /** The begin of the names of Kafka Streams' headers. */
  public static final String STREAMS_PREFIX = "__streams.errors.";

  /** An {@link ErrorCode}. */
  public static final String CODE = "promptstream.error.code";

  /**
   * The parts of the event that the error record leaves out. Present if the event has too many
   * headers, or is too large to be sent unchanged, which is possible if it was compressed. Topic,
   * partition and offset say where the event can be read.
   */
  public static final String OMITTED = "promptstream.error.omitted";

  /** The class of the exception. */
  public static final String EXCEPTION = "__streams.errors.exception";

  /** The error message, which names the field and its value. */
  public static final String MESSAGE = "__streams.errors.message";

  /** The topic that the event came from. */
  public static final String TOPIC = "__streams.errors.topic";

  /** The partition that the event came from. */
  public static final String PARTITION = "__streams.errors.partition";

  /** The offset of the event in its partition. */
  public static final String OFFSET = "__streams.errors.offset";

  private ErrorHeaders() {}
}
