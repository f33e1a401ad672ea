package io.promptstream.workbench.bench;

import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.Services;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads new outputs and notes when the later of the two outputs of each event has been read. */
final class OutputTimes implements Callable<long[]> {
  private final RecordReader reader;
  private final long first;
  private final long[] micros;
  private int missing;

  /**
   * Connects.
   *
   * @param topics both output topics; their records so far are not read
   * @param first number of the first event
   * @param events number of events
   */
  OutputTimes(Services services, List<String> topics, long first, int events) {
    this.first = first;
    micros = new long[events];
    missing = events * topics.size();
    reader = new RecordReader(
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, services.bootstrapServers()), topics);
    reader.seekToEnd();
  }

  /**
   * Reads all outputs, and disconnects.
   *
   * @return microseconds since the epoch, for each event
   */
  @Override
  public long[] call() {
    try (reader) {
      while (missing > 0) {
        reader.poll(this::read);
      }
    }
    return micros;
  }

  private void read(ConsumerRecord<byte[], byte[]> record) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    RecordReader.number(record).ifPresent(number -> {
      int event = (int) (number - first);
      micros[event] = now;
      missing--;
    });
  }
}
