package io.promptstream.application.cli;

import io.promptstream.application.cli.ConnectionOptions.Connection;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.TopicNames;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Prints one line for each output record. */
@Command(
    name = "watch",
    description = "Shows the embeddings and errors of a running PromptStream, one line each.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "A line begins with the record's partition and offset, and ends with its bytes and, if "
          + "known, the milliseconds from the event's timestamp until the record was received."
    })
final class WatchCommand implements Callable<Integer> {
  private final ConfigLoader loader;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ConnectionOptions connection;

  @Option(names = "--from-beginning", description = "Also show existing records.")
  private boolean fromBeginning;

  @Option(names = "--count", paramLabel = "N", description = "Stop after N lines.")
  private long count = Long.MAX_VALUE;

  WatchCommand(ConfigLoader loader) {
    this.loader = loader;
  }

  @Override
  public Integer call() {
    if (count < 1) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Invalid value for option '--count': %d is not positive".formatted(count));
    }
    Connection resolved = connection.resolve(loader);
    try (StopSignal stop = StopSignal.install()) {
      return watch(resolved, stop);
    }
  }

  private int watch(Connection resolved, StopSignal stop) {
    long since = System.currentTimeMillis();
    try (Consumer<byte[], byte[]> consumer = resolved.consumer();
        WatchLines lines = new WatchLines(resolved.topics(), resolved.clients().serde(), since)) {
      return watch(consumer, lines, resolved.topics(), stop);
    } catch (ConfigException e) {
      throw e;
    } catch (KafkaException e) {
      throw resolved.failed("watch", e);
    }
  }

  private int watch(
      Consumer<byte[], byte[]> consumer, WatchLines lines, TopicNames topics, StopSignal stop) {
    try {
      assign(consumer, topics);
      print(consumer, lines);
      return CommandLine.ExitCode.OK;
    } catch (InterruptException e) {
      // The exception restored the interrupt, which would keep the consumer from closing cleanly.
      boolean interrupted = Thread.interrupted();
      return interrupted && stop.received()
          ? CommandLine.ExitCode.OK
          : CommandLine.ExitCode.SOFTWARE;
    }
  }

  private void assign(Consumer<byte[], byte[]> consumer, TopicNames topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : List.of(topics.sparse(), topics.dense(), topics.errors())) {
      partitions.addAll(ConnectionOptions.partitions(consumer, topic));
    }
    consumer.assign(partitions);
    if (fromBeginning) {
      consumer.seekToBeginning(partitions);
    } else {
      consumer.seekToEnd(partitions);
      // Seeking is lazy: without this, records that arrive before the first poll would be missed.
      partitions.forEach(consumer::position);
    }
  }

  private void print(Consumer<byte[], byte[]> consumer, WatchLines lines) {
    PrintWriter out = spec.commandLine().getOut();
    long left = count;
    while (left > 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
        if (left == 0) {
          break;
        }
        out.println(lines.describe(record, System.currentTimeMillis()));
        left--;
      }
      // `watch | head`: a PrintWriter does not throw if the reader is gone. checkError() flushes.
      if (out.checkError() || System.out.checkError()) {
        return;
      }
    }
  }
}
