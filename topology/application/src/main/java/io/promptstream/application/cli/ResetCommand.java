package io.promptstream.application.cli;

import static java.util.Comparator.comparing;
import static java.util.Objects.requireNonNull;

import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Moves the committed offsets of a stopped application. */
@Command(
    name = "reset",
    description =
        "Shows where a stopped application would continue in its input topic, and moves it"
            + " there if --execute is given.",
    mixinStandardHelpOptions = true,
    versionProvider = VersionProvider.class)
final class ResetCommand implements Callable<Integer> {
  private final ConfigLoader loader;

  @Spec
  private CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "The application's settings; without it, only the environment's.")
  private @Nullable Path config;

  @Option(
      names = "--to",
      paramLabel = "WHERE",
      required = true,
      description = "earliest, latest, or the first event with a timestamp such as"
          + " 2026-01-31T12:00:00Z or a later one.")
  private String where;

  @Option(names = "--execute", description = "Move the offsets; without it, they are only shown.")
  private boolean execute;

  ResetCommand(ConfigLoader loader) {
    this.loader = loader;
  }

  @Override
  public Integer call() throws InterruptedException {
    OffsetSpec target = target();
    PromptStreamConfig checked = loader.written(config).resolve(PromptStreamConfig::of);
    try (Admin admin = Admin.create(new HashMap<>(checked.clients().admin()))) {
      move(admin, checked, target);
      return CommandLine.ExitCode.OK;
    } catch (ConfigException e) {
      throw e;
    } catch (KafkaException | ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      boolean running =
          cause instanceof UnknownMemberIdException || cause instanceof GroupNotEmptyException;
      throw new CommandFailedException(
          "Cannot reset group %s at bootstrap.servers=%s: %s"
              .formatted(
                  checked.applicationId(),
                  checked.clients().bootstrapServers(),
                  running ? "stop all of its instances first." : cause.getMessage()),
          e);
    }
  }

  private OffsetSpec target() {
    return switch (where) {
      case "earliest" -> OffsetSpec.earliest();
      case "latest" -> OffsetSpec.latest();
      default -> OffsetSpec.forTimestamp(time());
    };
  }

  private long time() {
    try {
      return Instant.parse(where).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Invalid value for option '--to': '%s' is not earliest, latest or a time such as %s"
              .formatted(where, "2026-01-31T12:00:00Z"));
    }
  }

  private void move(Admin admin, PromptStreamConfig checked, OffsetSpec target)
      throws ExecutionException, InterruptedException {
    String topic = checked.inputTopic();
    Map<TopicPartition, OffsetSpec> asked = new TreeMap<>(comparing(TopicPartition::partition));
    admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
        .flatMap(found -> found.partitions().stream())
        .forEach(info -> asked.put(new TopicPartition(topic, info.partition()), target));
    Map<TopicPartition, ListOffsetsResultInfo> found =
        admin.listOffsets(asked).all().get();
    // Without an event after the time, a partition continues at its end.
    asked.replaceAll((partition, unused) -> OffsetSpec.latest());
    Map<TopicPartition, ListOffsetsResultInfo> ends =
        admin.listOffsets(asked).all().get();
    Map<TopicPartition, OffsetAndMetadata> before = admin
        .listConsumerGroupOffsets(checked.applicationId())
        .partitionsToOffsetAndMetadata()
        .get();
    Map<TopicPartition, OffsetAndMetadata> after = new HashMap<>();
    PrintWriter out = spec.commandLine().getOut();
    for (TopicPartition partition : asked.keySet()) {
      long offset = requireNonNull(found.get(partition)).offset();
      long to = offset < 0 ? requireNonNull(ends.get(partition)).offset() : offset;
      OffsetAndMetadata from = before.get(partition);
      after.put(partition, new OffsetAndMetadata(to));
      out.printf("%s: %s -> %d%n", partition, from == null ? "none" : from.offset(), to);
    }
    if (execute) {
      admin.alterConsumerGroupOffsets(checked.applicationId(), after).all().get();
    }
    out.println(
        execute
            ? "Moved the offsets of group %s.".formatted(checked.applicationId())
            : "Would move the offsets of group %s; --execute moves them."
                .formatted(checked.applicationId()));
    out.flush();
  }
}
