package io.promptstream.topology.errors;

/**
 * The headers of an error record, all UTF-8 text. Those of {@code promptstream} are our own, the
 * others are those of Kafka Streams' dead letter queue (KIP-1034).
 */
public final class ErrorHeaders {
  /** An {@link ErrorCode}. */
  public static final String CODE = "promptstream.error.code";

  /**
   * Present where the event has too many headers, or is too large to be sent as it came, which it
   * can be if it came compressed: says what of it was left out. Topic, partition and offset say
   * where it can be read.
   */
  public static final String OMITTED = "promptstream.error.omitted";

  /** The class of the exception. */
  public static final String EXCEPTION = "__streams.errors.exception";

  /** What is wrong: names the field and its value. */
  public static final String MESSAGE = "__streams.errors.message";

  /** The topic that the event came from. */
  public static final String TOPIC = "__streams.errors.topic";

  /** The partition that the event came from. */
  public static final String PARTITION = "__streams.errors.partition";

  /** The offset of the event in its partition. */
  public static final String OFFSET = "__streams.errors.offset";

  private ErrorHeaders() {}
}
