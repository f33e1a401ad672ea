package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Undo;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorHeaders;
import io.promptstream.workbench.services.Cluster;
import io.promptstream.workbench.services.RecordReader;
import io.promptstream.workbench.services.RecordSender;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests sessions with the production process and a real broker: restarts, and kill -9. */
@ExtendWith(SharedServices.Resolver.class)
final class SessionsIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(5);
  private static final int OBJECTS = 12;
  private static final int SESSIONS = 4;

  @TempDir
  private Path directory;

  private final Map<String, List<Point>> points = new HashMap<>();
  private final Map<String, List<Point>> expected = new HashMap<>();

  @Test
  void shouldContinueEachSessionAfterARestartAndAfterTheLossOfTheStateDirectory(
      SharedServices services) throws Exception {
    Path state = directory.resolve("state");
    Map<String, String> settings = services.settings(Map.of(
        PromptStreamConfig.SESSIONS,
        "true",
        PromptStreamConfig.TOPICS_PARTITIONS,
        "3",
        "state.dir",
        state.toString(),
        // A new process takes the place of a killed one without waiting for its session timeout.
        "group.instance.id",
        "one",
        "commit.interval.ms",
        "200"));
    try (RunProcess first = start(settings);
        Client client = new Client(services, PromptStreamConfig.of(settings))) {
      sendSteps(client, 0, 12);
      client.awaitPrompts();
      assertThat(first.stop()).isEqualTo(143);

      RunProcess killed = start(settings);
      try {
        sendSteps(client, 12, 24);
        client.awaitPrompts();
        sendSteps(client, 24, 36);
      } finally {
        killed.close();
      }
      Utils.delete(state.toFile());

      try (RunProcess restored = start(settings)) {
        sendSteps(client, 36, 48);
        client.awaitPrompts();
        client.awaitEmbeddings();

        client.send(action(0, "close", new Close()));
        client.send(action(0, "close", new Close()));
        client.send(action(SESSIONS, "undo", new Undo()));
        assertThat(client.awaitError()).isEqualTo("UNKNOWN_OBJECT");
        assertThat(restored.stop()).isEqualTo(143);
      }
    }
  }

  /**
   * Without transactions, nothing fences a suspended instance: when it resumes, it writes states of
   * before its suspension to the changelog, after those of its successor.
   */
  @Test
  void shouldContinueEachSessionAfterASuspendedInstanceHasWrittenItsOldStates(
      SharedServices services) throws Exception {
    Map<String, String> settings = new HashMap<>(services.settings(Map.of(
        PromptStreamConfig.SESSIONS,
        "true",
        PromptStreamConfig.TOPICS_PARTITIONS,
        "1",
        "session.timeout.ms",
        "6000",
        "heartbeat.interval.ms",
        "1000")));
    settings.put("state.dir", directory.resolve("first").toString());
    // Of the actions before the suspension, none is committed; after it, a commit is due.
    settings.put("commit.interval.ms", "5000");
    try (RunProcess first = start(settings);
        Client client = new Client(services, PromptStreamConfig.of(settings))) {
      sendSteps(client, 0, 6);
      client.awaitPrompts();
      client.awaitCommit();
      sendSteps(client, 6, 12);
      client.awaitPrompts();
      first.signal("STOP");

      settings.put("state.dir", directory.resolve("second").toString());
      settings.put("commit.interval.ms", "100");
      try (RunProcess second = start(settings)) {
        sendSteps(client, 12, 24);
        client.awaitPrompts();
        client.awaitCommit();
        first.signal("CONT");
        client.awaitMembers(2);
        assertThat(second.stop()).isEqualTo(143);
      }
      sendSteps(client, 24, 36);
      client.awaitPrompts();
      assertThat(first.stop()).isEqualTo(143);
    }
  }

  private RunProcess start(Map<String, String> settings) throws IOException {
    RunProcess process = RunProcess.start(directory, "logback.xml", settings, Map.of());
    process.awaitRunning();
    return process;
  }

  /** Sends some steps of each object: two of three add a point, the third takes one back. */
  private void sendSteps(Client client, int from, int to) {
    for (int step = from; step < to; step++) {
      for (int object = 0; object < OBJECTS; object++) {
        List<Point> now = points.computeIfAbsent("o-" + object, name -> new ArrayList<>());
        Object what;
        if (step % 3 == 2) {
          now.remove(now.size() - 1);
          what = new Undo();
        } else {
          Point point = new Point(1.0 + step, 1.0 + object, PointLabel.FOREGROUND);
          now.add(point);
          what = new AddPoint(point);
        }
        PromptAction action = action(object, "a-" + step, what);
        expected.put(
            "%s/%s/%d".formatted(action.getSessionId(), action.getObjectId(), step + 1),
            List.copyOf(now));
        client.send(action);
      }
    }
  }

  private static PromptAction action(int object, String id, Object what) {
    return PromptAction.newBuilder()
        .setActionId(id)
        .setSessionId("s-" + object % SESSIONS)
        .setObjectId("o-" + object)
        .setImageId("image-" + object % SESSIONS)
        .setImageSize(new ImageSize(480, 640))
        .setAction(what)
        .build();
  }

  /** Sends actions and reads what they lead to. */
  private final class Client implements AutoCloseable {
    private final PromptStreamConfig config;
    private final Serde<PromptAction> actions;
    private final Serde<PromptEvent> prompts;
    private final Serde<SparseEmbedding> embeddings;
    private final Cluster cluster;
    private final Resources parts = new Resources();
    private final RecordSender sender;
    private final RecordReader promptReader;
    private final RecordReader embeddingReader;
    private final RecordReader errorReader;
    private final Set<String> found = new HashSet<>();

    Client(SharedServices services, PromptStreamConfig config) throws Exception {
      this.config = config;
      cluster = services.services().cluster();
      Map<String, String> registry = Map.of("schema.registry.url", services.registryUrl());
      Map<String, String> brokers = Map.of("bootstrap.servers", services.bootstrapServers());
      actions = parts.add(AvroSerdes.promptAction(registry));
      prompts = parts.add(AvroSerdes.promptEvent(registry));
      embeddings = parts.add(AvroSerdes.sparseEmbedding(registry));
      sender = parts.add(new RecordSender(brokers));
      promptReader = parts.add(new RecordReader(brokers, List.of(config.inputTopic())));
      embeddingReader = parts.add(new RecordReader(brokers, List.of(config.sparseTopic())));
      errorReader = parts.add(new RecordReader(brokers, List.of(config.errorsTopic())));
    }

    void send(PromptAction action) {
      String topic = config.actionsTopic();
      List<Header> headers = List.of(RecordSender.number(7));
      var unused = sender.send(new ProducerRecord<>(
          topic,
          null,
          action.getImageId().getBytes(UTF_8),
          actions.serializer().serialize(topic, action),
          headers));
      sender.flush();
    }

    /** Waits for all prompts; under at-least-once, the same prompt may come again. */
    void awaitPrompts() {
      await().atMost(TIMEOUT).until(() -> {
        promptReader.poll(record -> {
          PromptEvent prompt = prompts.deserializer().deserialize(record.topic(), record.value());
          assertThat(prompt.getPoints())
              .as(prompt.getPromptId())
              .isEqualTo(expected.get(prompt.getPromptId()));
          assertThat(RecordReader.number(record)).hasValue(7);
          assertThat(record.key()).isEqualTo(prompt.getImageId().getBytes(UTF_8));
          found.add(prompt.getPromptId());
        });
        return found.size() == expected.size();
      });
    }

    /** Waits until the offsets of all actions are committed. */
    void awaitCommit() {
      List<TopicPartition> partitions = Cluster.partitions(List.of(config.actionsTopic()), 1);
      await()
          .atMost(TIMEOUT)
          .until(() -> cluster
              .committed(config.applicationId())
              .entrySet()
              .containsAll(cluster.ends(partitions).entrySet()));
    }

    void awaitMembers(int count) {
      await()
          .atMost(TIMEOUT)
          .until(() -> Cluster.get(cluster
                      .admin()
                      .describeConsumerGroups(List.of(config.applicationId()))
                      .describedGroups()
                      .get(config.applicationId()))
                  .members()
                  .size()
              == count);
    }

    void awaitEmbeddings() {
      Set<String> encoded = new HashSet<>();
      await().atMost(TIMEOUT).until(() -> {
        embeddingReader.poll(record -> encoded.add(embeddings
            .deserializer()
            .deserialize(record.topic(), record.value())
            .getPromptId()));
        return encoded.equals(expected.keySet());
      });
    }

    String awaitError() {
      List<String> codes = new ArrayList<>();
      await().atMost(TIMEOUT).until(() -> {
        errorReader.poll(
            record -> codes.add(String.valueOf(RecordReader.header(record, ErrorHeaders.CODE))));
        return !codes.isEmpty();
      });
      return codes.get(0);
    }

    @Override
    public void close() {
      parts.close();
    }
  }
}
