package io.promptstream.workbench;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.kafka.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the membership of the consumer group after an application closes. */
@TestInstance(Lifecycle.PER_CLASS)
final class CloseIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final String REGISTRY = "mock://close";

  /** Longer than the test, so that no member is removed by a session timeout. */
  private static final String SESSION_TIMEOUT_MS = "300000";

  @TempDir
  private static Path stateDirectory;

  private @Nullable EmbeddedKafka kafka;
  private @Nullable PromptEncoder encoder;

  @BeforeAll
  void start() throws Exception {
    kafka = EmbeddedKafka.start(EmbeddedKafka.Options.DEFAULT.withSettings(Map.of(
        "group.streams.session.timeout.ms",
        SESSION_TIMEOUT_MS,
        "group.streams.max.session.timeout.ms",
        SESSION_TIMEOUT_MS)));
    encoder = SamPromptEncoder.load(config("load", Map.of()).encoderOptions());
  }

  @AfterAll
  void stop() throws Exception {
    if (encoder != null) {
      encoder.close();
    }
    if (kafka != null) {
      kafka.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"classic", "streams"})
  void shouldLeaveTheGroup(String protocol) throws Exception {
    assertThat(membersAfterClose("dynamic-" + protocol, Map.of("group.protocol", protocol)))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "classic, group.instance.id",
    "classic, main.consumer.group.instance.id",
    "streams, group.instance.id"
  })
  void shouldStayInTheGroupWithStaticMembership(String protocol, String setting) throws Exception {
    String group = "static-%s-%s".formatted(protocol, setting.replace('.', '-'));

    assertThat(membersAfterClose(group, Map.of("group.protocol", protocol, setting, "pod-7")))
        .containsExactly("pod-7-1");
  }

  @ParameterizedTest
  @CsvSource({"classic", "streams"})
  void shouldLeaveTheGroupWithStaticMembershipIfConfigured(String protocol) throws Exception {
    Map<String, String> settings = Map.of(
        "group.protocol", protocol,
        "group.instance.id", "pod-7",
        "promptstream.close.leave.group", "true");

    assertThat(membersAfterClose("told-" + protocol, settings)).isEmpty();
  }

  /** An encoder whose calls block on request until they are released. */
  private static final class HangingEncoder extends ForwardingPromptEncoder {
    final CountDownLatch hanging = new CountDownLatch(1);
    final CountDownLatch released = new CountDownLatch(1);
    volatile boolean hangs;

    HangingEncoder(PromptEncoder real) {
      super(real);
    }

    @Override
    public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
      if (hangs) {
        hanging.countDown();
        awaitRelease();
      }
      return super.encode(prompts);
    }

    private void awaitRelease() {
      try {
        released.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void shouldAbandonEventsInProgressAfterTheCloseTimeout() throws Exception {
    PromptStreamConfig config = config("hangs", Map.of("promptstream.close.timeout.ms", "1000"));
    HangingEncoder hanging = new HangingEncoder(requireNonNull(encoder));
    try (PipelineClient client = new PipelineClient(config, bootstrapServers(), REGISTRY)) {
      PromptStreamApplication application =
          PromptStreamApplication.start(config, Models.of(hanging));
      hanging.hangs = true;
      client.send(Events.click("hangs"));
      assertThat(hanging.hanging.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();

      long begin = System.nanoTime();
      application.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
      assertThat(application.awaitTermination()).isEqualTo(1);
    } finally {
      hanging.released.countDown();
    }
  }

  /** Returns the instance ids of the members, or an empty string for those without one. */
  private List<String> membersAfterClose(String group, Map<String, String> settings)
      throws Exception {
    PromptStreamConfig config = config(group, settings);
    boolean streams = "streams".equals(settings.get("group.protocol"));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      try (PromptStreamApplication application =
          PromptStreamApplication.start(config, Models.of(requireNonNull(encoder)))) {
        Awaitility.await()
            .atMost(TIMEOUT)
            .untilAsserted(() -> assertThat(members(admin, group, streams)).hasSize(1));
        assertThat(application.failure()).isEmpty();
      }
      return members(admin, group, streams);
    }
  }

  private static List<String> members(Admin admin, String group, boolean streams) throws Exception {
    List<String> members = new ArrayList<>();
    if (streams) {
      admin
          .describeStreamsGroups(List.of(group))
          .all()
          .get()
          .values()
          .forEach(described -> described.members().stream()
              .map(StreamsGroupMemberDescription::instanceId)
              .forEach(id -> members.add(id.orElse(""))));
    } else {
      admin
          .describeConsumerGroups(List.of(group))
          .all()
          .get()
          .values()
          .forEach(described -> described
              .members()
              .forEach(member -> members.add(member.groupInstanceId().orElse(""))));
    }
    return members;
  }

  private PromptStreamConfig config(String name, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("application.id", name);
    all.put("bootstrap.servers", bootstrapServers());
    all.put("schema.registry.url", REGISTRY);
    all.put("state.dir", stateDirectory.toString());
    all.put("promptstream.checkpoint", "seed:42");
    all.put("promptstream.device", "cpu");
    all.put("promptstream.warmup.ms", "0");
    all.put("promptstream.topics.create", "true");
    all.put("promptstream.topics.partitions", "1");
    if (!"streams".equals(settings.get("group.protocol"))) {
      all.put("session.timeout.ms", SESSION_TIMEOUT_MS);
    }
    all.putAll(settings);
    return PromptStreamConfig.of(all);
  }

  private String bootstrapServers() {
    return requireNonNull(kafka).bootstrapServers();
  }
}
