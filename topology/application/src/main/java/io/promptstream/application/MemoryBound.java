package io.promptstream.application;

import io.promptstream.encoder.EncoderInfo;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.session.SessionStoreMemory;
import java.util.List;

/**
 * The maximum memory that one instance needs, however many events wait and however slow the brokers
 * are: the sum of everything that is held at once. A setting limits each part of the sum.
 *
 * <p>P is the number of partitions of the input topic, all of which one instance may get, and f is
 * the larger of {@code max.partition.fetch.bytes} and the topic's {@code max.message.bytes}:
 *
 * <ul>
 *   <li>2 P f fetched: a partition is fetched again only when nothing of it is left, and a response
 *       is held until its last partition is empty;
 *   <li>P f polled: a partition is polled again only when its polled events are processed
 *       ({@code buffered.records.per.partition}); look-ahead notes the same arrays;
 *   <li>4 P f decoded: the 17 bytes of a point become 60 bytes, as objects and as coordinates;
 *   <li>P windows of each model: masks, and results that wait for the turn of their events;
 *   <li>for each stream thread, two times {@code producer.buffer.memory}, because Kafka Streams
 *       keeps the bytes that the producer has copied until they are acknowledged, and the records
 *       that it is processing.
 * </ul>
 *
 * <p>Headers need additional memory if producers fill their events with them. Kafka's consumer
 * creates objects for all headers of a poll before any other code sees a record, so
 * {@code promptstream.max.headers} cannot limit the first of these parts. Neither can
 * {@code max.poll.records}, because one record can be full of headers:
 *
 * <ul>
 *   <li>76 P f polled: the 2 bytes of a header with an empty name and an empty value become 152:
 *       the header (32), its views of the fetched bytes (2 × 56), and its place in a list (up to
 *       8);
 *   <li>for each stream thread, {@code producer.buffer.memory} × 42 h / (128 + h), where h is
 *       {@code promptstream.max.headers}: Kafka Streams keeps the headers of a record until it is
 *       acknowledged. There, 2 bytes become 84, and no error record is smaller than 256 + 2 h
 *       bytes. Outputs have up to two headers in addition, but a sparse and a dense record together
 *       have at least 700 bytes.
 * </ul>
 *
 * <p>With sessions, the topic of actions has as many partitions again, which are fetched, polled
 * and decoded in the same way. There are also the cache of the state stores, the state of an object
 * as objects and as bytes before and after an action (6 times its bytes for each stream thread),
 * and, outside the heap, a store for each partition.
 *
 * <p>Compressed events count with their uncompressed size. If you do not trust the producers, set
 * {@code compression.type=uncompressed} on the input topic: the broker then unpacks events and
 * checks their size.
 *
 * @param heapBytes the minimum of {@code -Xmx}, in bytes, if events have few headers
 * @param headersBytes the additional minimum, in bytes, if events may be full of headers
 * @param besidesHeapBytes resident memory outside the heap, in bytes, if the models run on a CPU:
 *     network buffers, libtorch, and the virtual machine itself, without the collector's tables
 */
public record MemoryBound(long heapBytes, long headersBytes, long besidesHeapBytes) {
  private static final int MEBI = 1 << 20;

  private static final int FETCHED = 2;
  private static final int POLLED = 1;
  private static final int DECODED = 4;

  /** Bytes of header objects for each polled byte, with the smallest headers. */
  private static final int HEADERS_POLLED = 76;

  /** Bytes of the smallest header in a sent record, and of its objects. */
  private static final int HEADER = 2;

  private static final int HEADER_OBJECTS = 84;

  /** Bytes of the smallest error record, without the event's headers. */
  private static final int ERROR_RECORD = 256;

  /** Copies of the producer's buffer: the bytes in it, and the arrays that it was filled from. */
  private static final long COPIES = 2;

  /**
   * Records in progress, each of the largest size: two embeddings, their bytes, an error record.
   */
  private static final long RECORDS = 6;

  /** Classes, metrics, clients and weights that exist before the first event. */
  private static final long IDLE_HEAP = 96L * MEBI;

  /** A collector needs free space, and large arrays leave gaps in its regions. */
  private static final double GC_SPACE_FACTOR = 1.25;

  /** Fraction of the heap size that the collector's own tables need. */
  private static final double COLLECTOR = 0.1;

  /** The virtual machine with its code and classes, and the static memory of libtorch. */
  private static final long IDLE_NATIVE = 512L * MEBI;

  /** A session's tensors and the allocator's arena of its thread. */
  private static final long SESSION = 64L * MEBI;

  /**
   * Computes the bound.
   *
   * @param models the models of the application
   * @param partitions the number of partitions of the input topic
   * @param maxMessageBytes the {@code max.message.bytes} of the input topic
   */
  public static MemoryBound of(
      PromptStreamConfig config, List<EncoderInfo> models, int partitions, int maxMessageBytes) {
    long fetch = Math.max(config.partitionFetchBytes(), maxMessageBytes);
    long windows = models.stream().mapToLong(info -> window(config, info)).sum();
    long threads = config.streamThreads();
    // Each partition of the input topic, and with sessions each partition of the topic of actions.
    long sources = config.sessions() ? 2L * partitions : partitions;
    long held = IDLE_HEAP
        + sources * (FETCHED + POLLED + DECODED) * fetch
        + partitions * windows
        + sessionsHeap(config)
        + threads
            * (COPIES * config.producerBufferMemory() + RECORDS * (long) config.maxRequestSize());
    long heap = (long) (GC_SPACE_FACTOR * held);
    long headers = (long)
        (GC_SPACE_FACTOR * (HEADERS_POLLED * fetch * sources + threads * headersSent(config)));
    // Network input and output goes through buffers of the same size outside the heap.
    long network = sources * fetch + threads * COPIES * config.maxRequestSize();
    long stores = config.sessions() ? partitions * SessionStoreMemory.BYTES : 0;
    long nonHeap = IDLE_NATIVE + network + stores + threads * models.size() * SESSION;
    return new MemoryBound(heap, headers, nonHeap);
  }

  /** Returns the bytes of cached states, and of the states that are read and written. */
  private static long sessionsHeap(PromptStreamConfig config) {
    return config.sessions()
        ? config.stateCacheBytes()
            + config.streamThreads() * RECORDS * (long) config.sessionMaxBytes()
        : 0;
  }

  /** Returns the bytes of header objects in records that are not acknowledged. */
  private static long headersSent(PromptStreamConfig config) {
    long headers = config.maxHeaders();
    long records = config.producerBufferMemory() / (ERROR_RECORD + HEADER * headers);
    return records * headers * HEADER_OBJECTS;
  }

  /** Returns the bytes of the largest window of a model: masks in, embeddings out. */
  private static long window(PromptStreamConfig config, EncoderInfo info) {
    long token = (long) info.embeddingWidth() * info.dataType().bytes();
    long sparse =
        Math.max(LookAhead.windowTokens(config) * token, RecordSizeCheck.largestSparse(info));
    long side = info.profile().maskInputSize();
    long masks = config.lookAheadMaxMasks();
    return sparse + masks * (side * side * Float.BYTES + RecordSizeCheck.largestDense(info));
  }

  /**
   * Returns the maximum resident memory, in bytes.
   *
   * @param heap the maximum size of the heap, {@code -Xmx}
   */
  public long residentBytes(long heap) {
    return heap + (long) (COLLECTOR * heap) + besidesHeapBytes;
  }

  /** Returns the heap needed if events have few headers, in MiB, rounded up. */
  public long heapMib() {
    return mebibytes(heapBytes);
  }

  /** Returns the heap needed if events may be full of headers, in MiB, rounded up. */
  public long heapMibWithHeaders() {
    return mebibytes(heapBytes + headersBytes);
  }

  private static long mebibytes(long bytes) {
    return (bytes + MEBI - 1) / MEBI;
  }
}
