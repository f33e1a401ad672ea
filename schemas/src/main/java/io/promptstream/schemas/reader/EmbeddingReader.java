package io.promptstream.schemas.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.reader.Pairing.EventKey;
import io.promptstream.schemas.reader.Pairing.Side;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.schemas.serde.UndecodableRecordException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.RecordDeserializationException.DeserializationExceptionOrigin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the two embeddings of each prompt as one {@link PromptEmbedding}, at least once.
 *
 * <p>It commits offsets only behind prompts that were returned and closed. Memory is bounded: if
 * more than {@link Options#maxWaitingBytes} wait for their other half, it pauses the topic that is
 * ahead. Not thread-safe, except that any thread may close a {@link PromptEmbedding}.
 */
public final class EmbeddingReader implements AutoCloseable {
  /**
   * The header of both outputs with the offset of the event in its partition of the input topic, in
   * decimal digits. An event that is encoded twice has the same offset in all its outputs.
   */
  public static final String OFFSET_HEADER = "promptstream.offset";

  private static final Duration COMMIT_INTERVAL = Duration.ofSeconds(1);

  private final Options options;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ModelCards cards;
  private final Deserializer<SparseEmbedding> sparse;
  private final Deserializer<DenseEmbedding> dense;
  private final Map<Integer, Pairing> pairings = new HashMap<>();
  private final Deque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
  private final Set<TopicPartition> stopped = new HashSet<>();
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private List<PromptEmbedding> ready = new ArrayList<>();
  private long repeats;
  private long nextCommit = System.nanoTime();

  /**
   * What to read, and within which bounds.
   *
   * @param sparseTopic topic of sparse embeddings
   * @param denseTopic topic of dense embeddings
   * @param modelsTopic topic of model cards
   * @param model model id or family that the decoder is made for; null accepts every model
   * @param maxWaitingBytes limit of the records that wait for their other half, in bytes
   * @param timeout how long to wait for the brokers at the start, and for the card of a model
   * @param onUnpaired gets each record whose other half never came
   */
  public record Options(
      String sparseTopic,
      String denseTopic,
      String modelsTopic,
      @Nullable String model,
      long maxWaitingBytes,
      Duration timeout,
      Consumer<UnpairedEmbedding> onUnpaired) {
    /** PromptStream's default topics, every model, 256 MiB, 30 s; ignores unpaired records. */
    public static final Options DEFAULT = new Options(
        "sparse-embeddings",
        "dense-embeddings",
        "prompt-encoder-models",
        null,
        256L << 20,
        Duration.ofSeconds(30),
        unpaired -> {});
  }

  /**
   * Joins the group and starts at its committed offsets, or at the beginning.
   *
   * @param settings of a Kafka consumer and of Confluent's schema-registry client, at least
   *     {@code bootstrap.servers}, {@code group.id} and {@code schema.registry.url}
   * @param options what to read
   * @throws UnknownTopicOrPartitionException if a topic does not exist
   * @throws org.apache.kafka.common.KafkaException if the brokers cannot be reached or deny access
   */
  public EmbeddingReader(Map<String, ?> settings, Options options) {
    this.options = options;
    Map<String, Object> all = new HashMap<>(settings);
    all.putIfAbsent(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    all.putIfAbsent(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    // Gives a reader the same partitions of both topics.
    all.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
    sparse = AvroSerdes.sparseEmbedding(settings).deserializer();
    dense = AvroSerdes.denseEmbedding(settings).deserializer();
    consumer = consumer(all);
    try {
      requireTopics();
      Deserializer<ModelCard> card = AvroSerdes.modelCard(settings).deserializer();
      Map<String, Object> alone = new HashMap<>(all);
      alone.remove(ConsumerConfig.GROUP_ID_CONFIG);
      cards = new ModelCards(consumer(alone), card, options.modelsTopic, options.timeout);
    } catch (RuntimeException e) {
      consumer.close();
      throw e;
    }
    consumer.subscribe(List.of(options.sparseTopic, options.denseTopic), new Rebalances());
  }

  private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> settings) {
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void requireTopics() {
    Set<String> found = consumer.listTopics(options.timeout).keySet();
    for (String topic : List.of(options.sparseTopic, options.denseTopic, options.modelsTopic)) {
      if (!found.contains(topic)) {
        throw new UnknownTopicOrPartitionException("The brokers have no topic " + topic + ".");
      }
    }
  }

  /**
   * Returns the prompts whose two records are there, in the order of their partitions. Waits at
   * most this long if there is none.
   *
   * @throws RecordDeserializationException if a record cannot be used: it is damaged, has no offset
   *     header, or is of a model without a card or of another one than the options name. The record
   *     is not skipped: the next call throws the exception again
   * @throws org.apache.kafka.common.KafkaException if brokers or registry cannot be reached, fail
   *     or deny access. The next call continues with the same record
   */
  public List<PromptEmbedding> poll(Duration timeout) {
    commitFinished();
    RuntimeException failure = acceptFetched();
    if (ready.isEmpty()) {
      balance();
      consumer.pause(stopped);
      consumer.poll(timeout).forEach(fetched::add);
      failure = acceptFetched();
    }
    // The prompts that do not need the record are returned first. The next call fails again.
    if (ready.isEmpty() && failure != null) {
      throw failure;
    }
    List<PromptEmbedding> result = ready;
    ready = new ArrayList<>();
    return result;
  }

  /** Returns how many records were ignored because they repeat an event that was encoded twice. */
  public long repeats() {
    return repeats + pairings.values().stream().mapToLong(Pairing::repeats).sum();
  }

  /** Accepts all records except those behind one that fails, and returns the first failure. */
  private @Nullable RuntimeException acceptFetched() {
    RuntimeException failure = null;
    stopped.clear();
    for (Iterator<ConsumerRecord<byte[], byte[]>> records = fetched.iterator();
        records.hasNext(); ) {
      ConsumerRecord<byte[], byte[]> record = records.next();
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      if (stopped.contains(partition)) {
        continue;
      }
      try {
        PromptEmbedding pair = accept(record);
        records.remove();
        if (pair != null) {
          ready.add(pair);
        }
      } catch (RuntimeException e) {
        stopped.add(partition);
        failure = failure == null ? e : failure;
      }
    }
    return failure;
  }

  private @Nullable PromptEmbedding accept(ConsumerRecord<byte[], byte[]> record) {
    Pairing pairing = pairings.get(record.partition());
    if (pairing == null) {
      // Revoked: its new reader reads the record.
      return null;
    }
    try {
      if (record.topic().equals(options.sparseTopic)) {
        SparseEmbedding embedding = required(sparse.deserialize(record.topic(), record.value()));
        EventKey key = key(record, embedding.getPromptId(), embedding.getModelId());
        return pairing.addSparse(key, half(record, embedding, embedding.getModelId()));
      }
      DenseEmbedding embedding = required(dense.deserialize(record.topic(), record.value()));
      EventKey key = key(record, embedding.getPromptId(), embedding.getModelId());
      return pairing.addDense(key, half(record, embedding, embedding.getModelId()));
    } catch (UndecodableRecordException | IllegalArgumentException e) {
      throw unusable(record, e);
    }
  }

  private static <T> T required(@Nullable T embedding) {
    if (embedding == null) {
      throw new IllegalArgumentException("It has no value.");
    }
    return embedding;
  }

  private <T> Half<T> half(ConsumerRecord<byte[], byte[]> record, T embedding, String modelId) {
    int bytes = record.serializedValueSize();
    return new Half<>(record.offset(), bytes, embedding, record.key(), model(modelId));
  }

  private static EventKey key(ConsumerRecord<?, ?> record, String promptId, String modelId) {
    return new EventKey(eventOffset(record), promptId, modelId);
  }

  private static long eventOffset(ConsumerRecord<?, ?> record) {
    Header header = record.headers().lastHeader(OFFSET_HEADER);
    if (header == null) {
      throw new IllegalArgumentException("It has no header " + OFFSET_HEADER + ".");
    }
    String digits = header.value() == null ? "" : new String(header.value(), UTF_8);
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "Its header %s is not a number.".formatted(OFFSET_HEADER), e);
    }
  }

  private ModelCards.Model model(String modelId) {
    ModelCards.Model model = cards.get(modelId);
    String expected = options.model;
    String family = model.card().getFamily();
    if (expected != null && !expected.equals(modelId) && !expected.equals(family)) {
      throw new IllegalArgumentException(
          "It is of model %s of family %s, not %s.".formatted(modelId, family, expected));
    }
    return model;
  }

  private static RecordDeserializationException unusable(
      ConsumerRecord<byte[], byte[]> record, RuntimeException cause) {
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    return new RecordDeserializationException(
        DeserializationExceptionOrigin.VALUE,
        partition,
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        buffer(record.key()),
        buffer(record.value()),
        record.headers(),
        "The record of %s at offset %d cannot be used. %s"
            .formatted(partition, record.offset(), cause.getMessage()),
        cause);
  }

  private static @Nullable ByteBuffer buffer(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /** Pauses the topics that are ahead while too many of their records wait. */
  private void balance() {
    long waiting = pairings.values().stream().mapToLong(Pairing::waitingBytes).sum();
    Set<TopicPartition> ahead = new HashSet<>();
    if (waiting > options.maxWaitingBytes) {
      pairings
          .values()
          .forEach(
              pairing -> pairing.reportPassed().ifPresent(side -> ahead.add(side.partition())));
    }
    if (!ahead.equals(consumer.paused())) {
      consumer.resume(consumer.paused());
      consumer.pause(ahead);
    }
  }

  private void commitFinished() {
    if (System.nanoTime() - nextCommit >= 0) {
      consumer.commitAsync(finished(), null);
      nextCommit = System.nanoTime() + COMMIT_INTERVAL.toNanos();
    }
  }

  /** Returns the offsets that can be committed and were not yet. */
  private Map<TopicPartition, OffsetAndMetadata> finished() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    pairings.values().forEach(pairing -> {
      finished(pairing.sparse(), offsets);
      finished(pairing.dense(), offsets);
    });
    return offsets;
  }

  private void finished(Side<?> side, Map<TopicPartition, OffsetAndMetadata> offsets) {
    side.committable().ifPresent(offset -> {
      OffsetAndMetadata next = new OffsetAndMetadata(offset);
      if (!next.equals(committed.put(side.partition(), next))) {
        offsets.put(side.partition(), next);
      }
    });
  }

  /** Commits what is finished, and leaves the group. Prompts that are still open are read again. */
  @Override
  public void close() {
    try (sparse;
        dense;
        cards) {
      // Revokes the partitions, which commits.
      consumer.close();
    }
  }

  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
      Set<Integer> sparsePartitions = new HashSet<>();
      Set<Integer> densePartitions = new HashSet<>();
      for (TopicPartition partition : assigned) {
        boolean isSparse = partition.topic().equals(options.sparseTopic);
        (isSparse ? sparsePartitions : densePartitions).add(partition.partition());
      }
      if (!sparsePartitions.equals(densePartitions)) {
        throw new IllegalStateException("Topics %s and %s do not have equally many partitions."
            .formatted(options.sparseTopic, options.denseTopic));
      }
      sparsePartitions.forEach(partition -> pairings.put(partition, pairing(partition)));
    }

    private Pairing pairing(int partition) {
      return new Pairing(
          new TopicPartition(options.sparseTopic, partition),
          new TopicPartition(options.denseTopic, partition),
          options.onUnpaired);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
      try {
        committed.clear();
        consumer.commitSync(finished());
      } finally {
        onPartitionsLost(revoked);
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> lost) {
      repeats = repeats();
      pairings.clear();
      committed.clear();
      ready.clear();
    }
  }
}
