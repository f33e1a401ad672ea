package io.promptstream.workbench.fuzz;

import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.services.RecordReader;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** Compares a record of the error topic with its event. */
final class ErrorCheck {
  private static final Set<String> ERROR_HEADERS = Set.of(
      ErrorHeaders.CODE,
      ErrorHeaders.OMITTED,
      ErrorHeaders.EXCEPTION,
      ErrorHeaders.MESSAGE,
      ErrorHeaders.TOPIC,
      ErrorHeaders.PARTITION,
      ErrorHeaders.OFFSET);

  private static final int MAX_MESSAGE = 1_001;

  /** Upper bounds for the size of the error headers, and for the overhead of each event header. */
  private static final int SLACK = 4_096;

  private static final int HEADER_SLACK = 32;

  private ErrorCheck() {}

  /** The position of an event in the input. */
  record Position(String topic, int partition, long offset) {}

  /** Returns the error code in a record's headers. */
  static Optional<ErrorCode> code(ConsumerRecord<?, ?> error) {
    String code = RecordReader.header(error, ErrorHeaders.CODE);
    return Arrays.stream(ErrorCode.values())
        .filter(known -> known.name().equals(code))
        .findFirst();
  }

  /** Returns the first difference from the expected record, if any. */
  static Optional<String> wrong(
      FuzzEvent event, Position position, Verdict verdict, ConsumerRecord<byte[], byte[]> error) {
    return Stream.of(
            wrongCode(verdict, error),
            wrongPosition(position, error),
            wrongContent(event, error),
            wronglyOmitted(event, verdict, error))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private static Optional<String> wrongCode(Verdict verdict, ConsumerRecord<byte[], byte[]> error) {
    Optional<ErrorCode> code = code(error);
    if (code.isEmpty() || !verdict.codes().contains(code.get())) {
      return Optional.of("is rejected as %s, should be one of %s"
          .formatted(RecordReader.header(error, ErrorHeaders.CODE), verdict.codes()));
    }
    String message = RecordReader.header(error, ErrorHeaders.MESSAGE);
    if (message == null || message.isBlank() || message.length() > MAX_MESSAGE) {
      return Optional.of("has an error message that is missing, blank or too long");
    }
    return Optional.empty();
  }

  private static Optional<String> wrongPosition(
      Position position, ConsumerRecord<byte[], byte[]> error) {
    boolean found = position.topic().equals(RecordReader.header(error, ErrorHeaders.TOPIC))
        && Integer.toString(position.partition())
            .equals(RecordReader.header(error, ErrorHeaders.PARTITION))
        && Long.toString(position.offset()).equals(RecordReader.header(error, ErrorHeaders.OFFSET));
    return found ? Optional.empty() : Optional.of("has an error record with a wrong position");
  }

  private static Optional<String> wrongContent(
      FuzzEvent event, ConsumerRecord<byte[], byte[]> error) {
    byte[] value = omits(error, "value") ? null : event.value();
    byte[] key = omits(error, "key") ? null : event.key();
    List<Header> headers = omits(error, "headers")
        ? List.of()
        : event.headers().stream()
            .filter(header -> !ERROR_HEADERS.contains(header.key()))
            .toList();
    List<Header> actual = Stream.of(error.headers().toArray())
        .filter(header -> !ERROR_HEADERS.contains(header.key()))
        .toList();
    return Arrays.equals(error.value(), value)
            && Arrays.equals(error.key(), key)
            && headers.equals(actual)
        ? Optional.empty()
        : Optional.of("has an error record with another value, key or headers");
  }

  /** Only what does not fit may be left out, and headers if there are too many. */
  private static Optional<String> wronglyOmitted(
      FuzzEvent event, Verdict verdict, ConsumerRecord<byte[], byte[]> error) {
    long size = (long) SLACK + length(event.key()) + length(event.value());
    if (verdict.codes().contains(ErrorCode.TOO_MANY_HEADERS)) {
      boolean onlyHeadersOmitted =
          omits(error, "headers") && (size > FuzzRun.MAX_REQUEST_SIZE || !omits(error, "value"));
      return onlyHeadersOmitted
          ? Optional.empty()
          : Optional.of("has an error record that does not leave out exactly its headers");
    }
    for (Header header : event.headers()) {
      size += HEADER_SLACK + header.key().length() * 4L + length(header.value());
    }
    return RecordReader.header(error, ErrorHeaders.OMITTED) != null
            && size <= FuzzRun.MAX_REQUEST_SIZE
        ? Optional.of("has an error record that leaves out what would fit")
        : Optional.empty();
  }

  private static boolean omits(ConsumerRecord<?, ?> error, String part) {
    String omitted = RecordReader.header(error, ErrorHeaders.OMITTED);
    return omitted != null && omitted.contains(part + " (");
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
