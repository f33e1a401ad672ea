package io.promptstream.workbench.guarantee;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import io.promptstream.workbench.guarantee.Sample.Rejected;
import io.promptstream.workbench.services.RecordReader;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;

/** Compares an output record with the expected result of its event. */
final class Comparison implements AutoCloseable {
  private final String modelId;
  private final EventValues values;
  private final Serde<PromptEvent> prompts;
  private final Serde<SparseEmbedding> sparse;
  private final Serde<DenseEmbedding> dense;

  /**
   * Creates a comparison with the results of one model.
   *
   * @param input the topic of the events
   */
  Comparison(String modelId, String input, String registryUrl) {
    this.modelId = modelId;
    values = new EventValues(input, registryUrl);
    Map<String, ?> registry = Map.of("schema.registry.url", registryUrl);
    prompts = AvroSerdes.promptEvent(registry);
    sparse = AvroSerdes.sparseEmbedding(registry);
    dense = AvroSerdes.denseEmbedding(registry);
  }

  /** Returns how a record differs from the expected one, if it does. */
  Optional<String> difference(Event event, Channel channel, ConsumerRecord<byte[], byte[]> record) {
    if (!event.key().equals(record.key() == null ? null : new String(record.key(), UTF_8))) {
      return Optional.of("has a different key than its event");
    }
    if (record.timestamp() != event.timestamp()) {
      return Optional.of(
          "has timestamp %d and its event %d".formatted(record.timestamp(), event.timestamp()));
    }
    if (event.isAccepted() && record.partition() != event.partition()) {
      return Optional.of("is on a different partition than its event");
    }
    Sample sample = event.sample();
    if (sample.outcome() instanceof Encoded expected) {
      return switch (channel) {
        case PROMPTS -> prompt(event, record);
        case SPARSE -> sparse(event, expected, record);
        case DENSE -> dense(event, expected, record);
        case ERRORS -> Optional.of("rejects an event that can be encoded: " + message(record));
      };
    }
    return channel == Channel.ERRORS && sample.outcome() instanceof Rejected expected
        ? error(event, expected, record)
        : Optional.of("is of an event without such a record");
  }

  private Optional<String> prompt(Event event, ConsumerRecord<byte[], byte[]> record) {
    PromptEvent actual = prompts.deserializer().deserialize(record.topic(), record.value());
    LongFunction<PromptEvent> expected = event.sample().prompt();
    return expected != null && actual.equals(expected.apply(event.number()))
        ? Optional.empty()
        : Optional.of("is %s, expected %s"
            .formatted(actual, expected == null ? "none" : expected.apply(event.number())));
  }

  private Optional<String> sparse(
      Event event, Encoded expected, ConsumerRecord<byte[], byte[]> record) {
    SparseEmbedding actual = sparse.deserializer().deserialize(record.topic(), record.value());
    return sameIds(event, actual.getPromptId(), actual.getImageId(), actual.getModelId())
            && actual.getEmbedding().getData().equals(expected.sparse().duplicate())
        ? Optional.empty()
        : Optional.of("differs from the reference result");
  }

  private Optional<String> dense(
      Event event, Encoded expected, ConsumerRecord<byte[], byte[]> record) {
    DenseEmbedding actual = dense.deserializer().deserialize(record.topic(), record.value());
    return sameIds(event, actual.getPromptId(), actual.getImageId(), actual.getModelId())
            && actual.getValues().getData().equals(expected.dense().duplicate())
        ? Optional.empty()
        : Optional.of("differs from the reference result");
  }

  private boolean sameIds(Event event, String promptId, String imageId, String modelId) {
    LongFunction<PromptEvent> prompt = event.sample().prompt();
    return prompt != null
        && promptId.equals(prompt.apply(event.number()).getPromptId())
        && imageId.equals(event.key())
        && modelId.equals(this.modelId);
  }

  private Optional<String> error(
      Event event, Rejected expected, ConsumerRecord<byte[], byte[]> record) {
    String code = RecordReader.header(record, ErrorHeaders.CODE);
    if (expected.codes().stream().noneMatch(possible -> possible.name().equals(code))) {
      return Optional.of("has code %s, expected %s".formatted(code, expected.codes()));
    }
    return Arrays.equals(values.of(event), record.value())
        ? Optional.empty()
        : Optional.of("has a different value than its event");
  }

  /** Returns the event's offset from the headers of an error record, or -1. */
  static long source(ConsumerRecord<byte[], byte[]> record) {
    String offset = RecordReader.header(record, ErrorHeaders.OFFSET);
    return offset == null ? -1 : Long.parseLong(offset);
  }

  private static String message(ConsumerRecord<byte[], byte[]> record) {
    return Objects.requireNonNullElse(
        RecordReader.header(record, ErrorHeaders.MESSAGE), "no message");
  }

  @Override
  public void close() {
    Closeables.closeAll(List.of(values, prompts, sparse, dense));
  }
}
