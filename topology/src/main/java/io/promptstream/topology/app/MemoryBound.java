package io.promptstream.topology.app;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.lookahead.LookAhead;
import java.util.List;

/**
 * How much memory one instance can come to need, however many events wait and however slow the
 * brokers are: a sum over what is held at once, each part of it bounded by a setting.
 *
 * <p>With P partitions of the input topic, all of which one instance may get, and f the larger of
 * {@code max.partition.fetch.bytes} and the topic's {@code max.message.bytes}:
 *
 * <ul>
 *   <li>2 P f fetched: a partition is fetched again only when nothing of it is left, and a response
 *       stays until its last partition is;
 *   <li>P f polled: a partition is polled again only when what was polled of it is done
 *       ({@code buffered.records.per.partition}); look-ahead notes the same arrays;
 *   <li>4 P f decoded: the 17 bytes of a point become 60, as objects and as coordinates;
 *   <li>P windows of each model: masks, and results that their events have not picked up yet;
 *   <li>of each stream thread two times {@code producer.buffer.memory}, for Kafka Streams keeps the
 *       bytes that the producer has copied until they are acknowledged, and the records in hand.
 * </ul>
 *
 * <p>Headers come on top, for producers that fill their events with them. Kafka's consumer makes
 * objects of all headers of a poll before any other code sees a record, so
 * {@code promptstream.max.headers} cannot limit the first of these, and neither can
 * {@code max.poll.records}, because one record can be full of headers:
 *
 * <ul>
 *   <li>76 P f polled: the 2 bytes of a header with an empty name and an empty value become 152:
 *       the header (32), its views of the fetched bytes (2 × 56), and its place in a list (up to
 *       8);
 *   <li>of each stream thread {@code producer.buffer.memory} × 42 h / (128 + h), with h
 *       {@code promptstream.max.headers}: Kafka Streams keeps the headers of a record until it is
 *       acknowledged. There, 2 bytes become 84, and no error record is smaller than 256 + 2 h
 *       bytes.
 * </ul>
 *
 * <p>Events that were compressed count with what they unpack to. If you do not trust the producers,
 * set {@code compression.type=uncompressed} on the input topic: the broker then unpacks events and
 * checks their size.
 *
 * @param heapBytes what {@code -Xmx} must at least be, in bytes, if events have a few headers
 * @param headersBytes what it must be more, in bytes, if events may be full of headers
 * @param besidesHeapBytes what is resident besides the heap where the models run on a CPU: buffers
 *     of the network, libtorch, and the virtual machine itself, but for the collector's tables
 */
public record MemoryBound(long heapBytes, long headersBytes, long besidesHeapBytes) {
  private static final int MEBI = 1 << 20;

  private static final int FETCHED = 2;
  private static final int POLLED = 1;
  private static final int DECODED = 4;

  /** Of a polled byte: the objects of the smallest headers. */
  private static final int HEADERS_POLLED = 76;

  /** Bytes of the smallest header in a record that is sent, and of its objects. */
  private static final int HEADER = 2;

  private static final int HEADER_OBJECTS = 84;

  /** Bytes of the smallest error record, without the event's headers. */
  private static final int ERROR_RECORD = 256;

  /** Of the producer's buffer: what it copied, and what it copied from. */
  private static final long SENDS = 2;

  /** Records in hand, each of the largest size: two embeddings, their bytes, an error record. */
  private static final long IN_HAND = 6;

  /** Classes, metrics, clients and weights that are there before the first event. */
  private static final long IDLE_HEAP = 96L * MEBI;

  /** A collector needs room to work, and large arrays leave gaps in its regions. */
  private static final double ROOM_TO_COLLECT = 1.25;

  /** Of the heap: the collector's own tables. */
  private static final double COLLECTOR = 0.1;

  /** The virtual machine with its code and classes, and what libtorch keeps of itself. */
  private static final long IDLE_NATIVE = 512L * MEBI;

  /** A session's tensors and the allocator's arena of its thread. */
  private static final long SESSION = 64L * MEBI;

  /**
   * Computes it.
   *
   * @param models of the application
   * @param partitions of the input topic
   * @param maxMessageBytes of the input topic
   */
  public static MemoryBound of(
      PromptStreamConfig config, List<EncoderInfo> models, int partitions, int maxMessageBytes) {
    long fetch = Math.max(config.consumerLimits().partitionFetchBytes(), maxMessageBytes);
    long windows = models.stream().mapToLong(info -> window(config, info)).sum();
    long threads = config.streamThreads();
    long held = IDLE_HEAP
        + partitions * ((FETCHED + POLLED + DECODED) * fetch + windows)
        + threads
            * (SENDS * config.producerBufferMemory() + IN_HAND * (long) config.maxRequestSize());
    long heap = (long) (ROOM_TO_COLLECT * held);
    long headers = (long)
        (ROOM_TO_COLLECT * (HEADERS_POLLED * fetch * partitions + threads * headersSent(config)));
    // What the network reads and writes goes through buffers of its size, outside of the heap.
    long network = partitions * fetch + threads * SENDS * config.maxRequestSize();
    long beside = IDLE_NATIVE + network + threads * models.size() * SESSION;
    return new MemoryBound(heap, headers, beside);
  }

  /** Bytes of the objects of headers in records that are not acknowledged. */
  private static long headersSent(PromptStreamConfig config) {
    long headers = config.maxHeaders();
    long records = config.producerBufferMemory() / (ERROR_RECORD + HEADER * headers);
    return records * headers * HEADER_OBJECTS;
  }

  /** Bytes of the largest window of a model's events: masks in, embeddings out. */
  private static long window(PromptStreamConfig config, EncoderInfo info) {
    long token = (long) info.embeddingWidth() * info.dataType().bytes();
    long sparse =
        Math.max(LookAhead.windowTokens(config) * token, RecordSizeCheck.largestSparse(info));
    long side = info.profile().maskInputSize();
    long masks = config.lookAheadMaxMasks();
    return sparse + masks * (side * side * Float.BYTES + RecordSizeCheck.largestDense(info));
  }

  /**
   * Returns what can be resident in all, in bytes.
   *
   * @param heap the most that the heap can have, {@code -Xmx}
   */
  public long residentBytes(long heap) {
    return heap + (long) (COLLECTOR * heap) + besidesHeapBytes;
  }

  /** Returns the heap that is needed if events have a few headers, in MiB, rounded up. */
  public long heapMib() {
    return mebibytes(heapBytes);
  }

  /** Returns the heap that is needed if events may be full of headers, in MiB, rounded up. */
  public long heapMibWithHeaders() {
    return mebibytes(heapBytes + headersBytes);
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBI - 1) / MEBI;
  }
}
