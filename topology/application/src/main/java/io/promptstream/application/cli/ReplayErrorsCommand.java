package io.promptstream.application.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.application.cli.ConnectionOptions.Connection;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.TopicNames;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.ErrorHeaders;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sends rejected events and actions to their topics again. */
@Command(
    name = "replay-errors",
    description = "Counts the rejected events and actions of the error topic, and sends them to the"
        + " topics that they came from again if --send is given.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class,
    footer = {
      "",
      "Events and actions keep key, value, timestamp, partition and their own headers. Error records stay on the"
          + " error topic: give --since to leave out those that were replayed before."
    })
final class ReplayErrorsCommand implements Callable<Integer> {
  private final ConfigLoader loader;

  @Spec
  private CommandSpec spec;

  @Mixin
  private ConnectionOptions connection;

  @Option(
      names = "--code",
      paramLabel = "CODE",
      split = ",",
      description = "Only events with these error codes: ${COMPLETION-CANDIDATES}.")
  private Set<ErrorCode> codes = Set.of();

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Only events with this timestamp or a later one, for example" + " 2026-01-31T12:00:00Z.")
  private @Nullable Instant since;

  @Option(names = "--send", description = "Send the events; without it, they are only counted.")
  private boolean send;

  private final Map<String, Long> selected = new TreeMap<>();
  private final Set<String> targets = new TreeSet<>();
  private final AtomicLong failed = new AtomicLong();
  private long incomplete;

  ReplayErrorsCommand(ConfigLoader loader) {
    this.loader = loader;
  }

  @Override
  public Integer call() {
    Connection resolved = connection.resolve(loader);
    TopicNames topics = resolved.topics();
    try (Consumer<byte[], byte[]> consumer = resolved.consumer();
        Producer<byte[], byte[]> producer = PromptSender.producer(
            resolved.clients(), new ByteArraySerializer(), new ByteArraySerializer())) {
      List<TopicPartition> errors = ConnectionOptions.partitions(consumer, topics.errors());
      consumer.assign(errors);
      consumer.seekToBeginning(errors);
      // Events that are rejected again in the meantime are not replayed.
      Map<TopicPartition, Long> ends = consumer.endOffsets(errors);
      while (errors.stream().anyMatch(at -> consumer.position(at) < ends.getOrDefault(at, 0L))) {
        for (ConsumerRecord<byte[], byte[]> error : consumer.poll(Duration.ofSeconds(1))) {
          TopicPartition at = new TopicPartition(error.topic(), error.partition());
          if (error.offset() < ends.getOrDefault(at, 0L) && isSelected(error)) {
            replay(error, topics, producer);
          }
        }
      }
      producer.flush();
      print();
      return failed.get() == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    } catch (ConfigException e) {
      throw e;
    } catch (KafkaException e) {
      throw resolved.failed("replay errors", e);
    }
  }

  private boolean isSelected(ConsumerRecord<byte[], byte[]> error) {
    String code = header(error, ErrorHeaders.CODE);
    return (codes.isEmpty() || codes.stream().anyMatch(wanted -> wanted.name().equals(code)))
        && (since == null || error.timestamp() >= since.toEpochMilli());
  }

  private void replay(
      ConsumerRecord<byte[], byte[]> error, TopicNames topics, Producer<byte[], byte[]> producer) {
    if (error.headers().lastHeader(ErrorHeaders.OMITTED) != null) {
      incomplete++;
      return;
    }
    // The other topic that events come from is the input, whatever its name was then.
    boolean action = header(error, ErrorHeaders.TOPIC).equals(topics.actions());
    String target = action ? topics.actions() : topics.input();
    selected.merge(header(error, ErrorHeaders.CODE), 1L, Long::sum);
    targets.add(target);
    if (send) {
      int partition = Integer.parseInt(header(error, ErrorHeaders.PARTITION));
      var unused = producer.send(
          new ProducerRecord<>(
              target,
              partition < producer.partitionsFor(target).size() ? partition : null,
              error.timestamp(),
              error.key(),
              error.value(),
              own(error.headers())),
          (metadata, failure) -> failed.addAndGet(failure == null ? 0 : 1));
    }
  }

  private static Headers own(Headers headers) {
    Headers own = new RecordHeaders();
    for (Header header : headers) {
      if (!header.key().startsWith(ErrorHeaders.OUR_PREFIX)
          && !header.key().startsWith(ErrorHeaders.STREAMS_PREFIX)) {
        own.add(header);
      }
    }
    return own;
  }

  private static String header(ConsumerRecord<byte[], byte[]> error, String name) {
    Header header = error.headers().lastHeader(name);
    return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
  }

  private void print() {
    PrintWriter out = spec.commandLine().getOut();
    selected.forEach((code, count) -> out.printf("%s: %d%n", TerminalText.of(code), count));
    long all = selected.values().stream().mapToLong(Long::longValue).sum();
    String where = targets.isEmpty() ? "" : " to " + String.join(" and ", targets);
    if (send) {
      out.printf("Sent %d events%s, %d failed.%n", all - failed.get(), where, failed.get());
    } else {
      out.printf("Would send %d events%s; --send sends them.%n", all, where);
    }
    if (incomplete > 0) {
      out.printf(
          "Left out %d incomplete error records (header %s); their producers must send them again.%n",
          incomplete, ErrorHeaders.OMITTED);
    }
    out.flush();
  }
}
