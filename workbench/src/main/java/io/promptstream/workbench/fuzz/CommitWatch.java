package io.promptstream.workbench.fuzz;

import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.workbench.process.ChildJvm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Waits until the application has committed the whole input, and measures its rate. */
final class CommitWatch {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final long POLL_MILLIS = 50;
  private static final double RATE_FROM = 0.05;
  private static final double RATE_TO = 0.95;

  private final Admin admin;
  private final ChildJvm application;
  private final List<Sample> samples = new ArrayList<>();

  /** The committed offset of each partition at one time. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Sample(long nanos, long[] committed) {
    long done() {
      long done = 0;
      for (long offset : committed) {
        done += offset;
      }
      return done;
    }
  }

  CommitWatch(Admin admin, ChildJvm application) {
    this.admin = admin;
    this.application = application;
  }

  /**
   * Waits until this many events are committed.
   *
   * @throws CommandFailedException if the application ends, or commits nothing for five minutes
   */
  void await(int events) throws InterruptedException {
    long done = 0;
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (done < events) {
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      application.requireAlive();
      Sample sample = new Sample(System.nanoTime(), committed());
      samples.add(sample);
      if (sample.done() > done) {
        done = sample.done();
        deadline = System.nanoTime() + TIMEOUT.toNanos();
      } else if (System.nanoTime() > deadline) {
        throw application.failed("committed nothing for %d s, after %d of %d events"
            .formatted(TIMEOUT.toSeconds(), done, events));
      }
    }
  }

  /** Returns the committed offset of each partition, 0 if there is none. */
  long[] committed() throws InterruptedException {
    var offsets = FuzzEnvironment.get(admin
        .listConsumerGroupOffsets(FuzzEnvironment.APPLICATION)
        .partitionsToOffsetAndMetadata());
    long[] committed = new long[FuzzEvents.PARTITIONS];
    for (int partition = 0; partition < committed.length; partition++) {
      OffsetAndMetadata offset = offsets.get(new TopicPartition(FuzzEnvironment.INPUT, partition));
      committed[partition] = offset == null ? 0 : offset.offset();
    }
    return committed;
  }

  /**
   * Returns the events per second between two offsets of each partition, without the first and the
   * last 5%, during which other events were processed as well.
   */
  double rate(long[] from, long[] to) {
    long all = within(to, from, to);
    Sample first = reached(all * RATE_FROM, from, to);
    Sample last = reached(all * RATE_TO, from, to);
    double seconds = (last.nanos() - first.nanos()) / 1e9;
    return (within(last.committed(), from, to) - within(first.committed(), from, to)) / seconds;
  }

  private Sample reached(double done, long[] from, long[] to) {
    return samples.stream()
        .filter(sample -> within(sample.committed(), from, to) >= done)
        .findFirst()
        .orElseThrow();
  }

  private static long within(long[] committed, long[] from, long[] to) {
    long done = 0;
    for (int partition = 0; partition < committed.length; partition++) {
      done += Math.max(0, Math.min(committed[partition], to[partition]) - from[partition]);
    }
    return done;
  }
}
