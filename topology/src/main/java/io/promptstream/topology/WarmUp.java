package io.promptstream.topology;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.registry.SharedSerdes;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes synthetic events through an {@link EncodingTask} until its code is compiled.
 *
 * <p>The task has a separate look-ahead, separate metrics and a registry in memory, and its records
 * are dropped: all that remains is compiled code, and what the models allocate for their first
 * events.
 *
 * <p>One thread suffices, because all threads run the same compiled code; the compiler needs the
 * other cores.
 */
final class WarmUp {
  /** The code counts as compiled when the JIT compiler has finished nothing for this long. */
  private static final Duration QUIET = Duration.ofMillis(200);

  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);

  private final LookAhead lookAhead;
  private final EncodingTask task;
  private final long deadline;
  private long events;

  private WarmUp(LookAhead lookAhead, EncodingTask task, long deadline) {
    this.lookAhead = lookAhead;
    this.task = task;
    this.deadline = deadline;
  }

  /**
   * Warms up until the code is compiled, the time is up, or the thread is interrupted. A failure of
   * a model is logged and ends it.
   *
   * @return the number of events that it processed, or 0 if it failed
   */
  static long run(PromptStreamConfig config, Models models, Duration limit) {
    long begin = System.nanoTime();
    LookAhead lookAhead = LookAhead.of(config);
    try (SharedSerdes serdes = SharedSerdes.inMemory(config);
        Metrics metrics = new Metrics();
        EncodingTask task = task(config, models, lookAhead, metrics, serdes)) {
      WarmUp warmUp = new WarmUp(lookAhead, task, begin + limit.toNanos());
      warmUp.untilCompiled(new SyntheticEvents(config, models, serdes).polls());
      log.info(
          "Warmed up with {} synthetic events in {} ms",
          warmUp.events,
          Duration.ofNanos(System.nanoTime() - begin).toMillis());
      return warmUp.events;
    } catch (RuntimeException e) {
      log.warn("The warm-up failed; the first events will be slow", e);
      return 0;
    }
  }

  private static EncodingTask task(
      PromptStreamConfig config,
      Models models,
      LookAhead lookAhead,
      Metrics metrics,
      SharedSerdes serdes) {
    EventEncoder encoder = EventEncoder.of(config, models, serdes);
    return new EncodingTask(
        config, lookAhead.windows(encoder, metrics), encoder.metrics(), serdes, () -> {});
  }

  private void untilCompiled(List<ConsumerRecords<byte[], byte[]>> polls) {
    CompilationMXBean compiler = ManagementFactory.getCompilationMXBean();
    long compiled = compilation(compiler);
    long changed = System.nanoTime();
    while (System.nanoTime() - changed < QUIET.toNanos()) {
      for (ConsumerRecords<byte[], byte[]> poll : polls) {
        if (System.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
          return;
        }
        process(poll);
      }
      long now = compilation(compiler);
      if (now != compiled) {
        compiled = now;
        changed = System.nanoTime();
      }
    }
  }

  /** Returns the total time of all compilations until now, in ms; 0 without a JIT compiler. */
  private static long compilation(@Nullable CompilationMXBean compiler) {
    return compiler != null && compiler.isCompilationTimeMonitoringSupported()
        ? compiler.getTotalCompilationTime()
        : 0;
  }

  private void process(ConsumerRecords<byte[], byte[]> poll) {
    lookAhead.note(poll);
    for (ConsumerRecord<byte[], byte[]> record : poll) {
      task.process(
          new Metadata(record.topic(), record.partition(), record.offset()),
          record.key(),
          record.value(),
          record.headers(),
          record.timestamp(),
          (headers, sparse, dense) -> {});
      events++;
    }
  }

  /** Where an event is. */
  private record Metadata(String topic, int partition, long offset) implements RecordMetadata {}
}
