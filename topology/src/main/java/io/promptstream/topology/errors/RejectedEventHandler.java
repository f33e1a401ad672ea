package io.promptstream.topology.errors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.ErrorHandlerContext;
import org.apache.kafka.streams.errors.ProcessingExceptionHandler;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends rejected events to Kafka Streams' dead letter queue and lets the stream continue; fails on
 * all other exceptions, so that a device error, a failed send or a bug loses no event.
 */
public final class RejectedEventHandler implements ProcessingExceptionHandler {
  private static final Logger log = LoggerFactory.getLogger(RejectedEventHandler.class);
  private static final String MAX_REQUEST_SIZE =
      StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG);
  private static final int LONGEST_MESSAGE = 1_000;
  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(10).toNanos();

  private @Nullable String errorsTopic;
  private int maxRequestSize = Integer.MAX_VALUE;
  private long rejected;
  private long rejectedAtLastLog;
  private long lastLogNanos = System.nanoTime() - LOG_INTERVAL_NANOS;

  /**
   * Checks that this handler sends rejected events to the error topic.
   *
   * @param streams the properties that Kafka Streams got
   * @throws IllegalStateException if they name another handler or another topic
   */
  public static void requireIn(Map<String, ?> streams, String errorsTopic) {
    require(
        streams,
        StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG,
        RejectedEventHandler.class.getName());
    require(streams, StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG, errorsTopic);
  }

  private static void require(Map<String, ?> streams, String name, String expected) {
    Object value = streams.get(name);
    String found = value instanceof Class<?> type ? type.getName() : String.valueOf(value);
    if (!found.equals(expected)) {
      throw new IllegalStateException(
          ("Rejected events would not go to the error topic: %s is %s, must be %s; start Kafka"
                  + " Streams with PromptStream.properties().")
              .formatted(name, found, expected));
    }
  }

  @Override
  public void configure(Map<String, ?> configs) {
    errorsTopic = (String) configs.get(StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG);
    Object limit = configs.get(MAX_REQUEST_SIZE);
    if (limit != null) {
      maxRequestSize = Integer.parseInt(limit.toString());
    }
  }

  @Override
  public Response handleError(
      ErrorHandlerContext context, Record<?, ?> record, Exception exception) {
    if (!(exception instanceof RejectedEventException event)) {
      return Response.fail();
    }
    logRateLimited(context, event);
    return Response.resume(List.of(errorRecord(context, event)));
  }

  private ProducerRecord<byte[], byte[]> errorRecord(
      ErrorHandlerContext context, RejectedEventException event) {
    String topic = requireNonNull(errorsTopic, "configure() was not called");
    ProducerRecord<byte[], byte[]> record = null;
    for (ErrorRecordParts kept : ErrorRecordParts.mostFirst(event.code())) {
      Headers headers = kept.headers() ? new RecordHeaders(context.headers()) : new RecordHeaders();
      describe(headers, context, event);
      byte[] key = kept.key() ? context.sourceRawKey() : null;
      byte[] value = kept.value() ? context.sourceRawValue() : null;
      kept.describeOmitted(headers, context);
      record = new ProducerRecord<>(topic, null, context.timestamp(), key, value, headers);
      if (RecordSize.upperBound(key, value, headers) <= maxRequestSize) {
        break;
      }
    }
    return requireNonNull(record);
  }

  private static void describe(
      Headers headers, ErrorHandlerContext context, RejectedEventException event) {
    String message = String.valueOf(event.getMessage());
    add(headers, ErrorHeaders.CODE, event.code().name());
    add(headers, ErrorHeaders.EXCEPTION, event.getClass().getName());
    add(
        headers,
        ErrorHeaders.MESSAGE,
        message.length() > LONGEST_MESSAGE ? message.substring(0, LONGEST_MESSAGE) + '…' : message);
    add(headers, ErrorHeaders.TOPIC, context.topic());
    add(headers, ErrorHeaders.PARTITION, Integer.toString(context.partition()));
    add(headers, ErrorHeaders.OFFSET, Long.toString(context.offset()));
  }

  /** Replaces the header: an event that was rejected before and sent again already has it. */
  static void add(Headers headers, String name, String value) {
    headers.remove(name).add(name, value.getBytes(UTF_8));
  }

  /**
   * Logs at most one line in 10 s, because a faulty producer can cause thousands of rejections; the
   * topic has every event.
   */
  private void logRateLimited(ErrorHandlerContext context, RejectedEventException event) {
    rejected++;
    long now = System.nanoTime();
    if (now - lastLogNanos < LOG_INTERVAL_NANOS) {
      return;
    }
    String position = "%s-%d@%d".formatted(context.topic(), context.partition(), context.offset());
    log.atWarn()
        .addKeyValue("event", position)
        .log(
            "Rejected {} more event(s), the last one with {} at {}; see topic {}",
            rejected - rejectedAtLastLog,
            event.code(),
            position,
            errorsTopic);
    rejectedAtLastLog = rejected;
    lastLogNanos = now;
  }
}
