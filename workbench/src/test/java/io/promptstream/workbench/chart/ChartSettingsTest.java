package io.promptstream.workbench.chart;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Quantity;
import io.promptstream.application.MemoryBound;
import io.promptstream.encoder.DataType;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.Profile;
import io.promptstream.topology.config.ConfigLoader;
import io.promptstream.topology.config.PromptStreamConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart sets is what PromptStream understands, and what it needs. */
final class ChartSettingsTest {
  private static final String SECRETS = "/run/secrets";

  @TempDir
  private Path directory;

  @BeforeEach
  void writeSecrets() throws IOException {
    Files.createDirectories(directory.resolve("kafka-user"));
    Files.createDirectories(directory.resolve("registry"));
    Files.writeString(directory.resolve("kafka-user/password"), "pencil");
    Files.writeString(directory.resolve("registry/credentials.properties"), "user-info=ann:pen");
  }

  /** Loads the settings as a pod does, with secrets in this test's directory. */
  private PromptStreamConfig load(Manifests manifests) throws IOException {
    Map<String, String> environment = new HashMap<>();
    manifests
        .container()
        .getEnv()
        .forEach(variable -> environment.put(
            variable.getName(),
            variable.getValue() == null ? "clicks-promptstream-0" : variable.getValue()));
    Path file = directory.resolve("promptstream.properties");
    Files.writeString(
        file, manifests.file("promptstream.properties").replace(SECRETS, directory.toString()));
    return new ConfigLoader(environment).load(file);
  }

  @ParameterizedTest
  @CsvSource({
    "minimal, clicks-promptstream-0",
    "deployment,",
    "gpu, clicks-promptstream-0",
    "everything,"
  })
  void shouldStartMembers(String example, @Nullable String instance) throws IOException {
    PromptStreamConfig config = load(Chart.OURS.render(example));

    assertThat(config.streamsProperties().get("group.instance.id")).isEqualTo(instance);
    assertThat(config.leavesGroup()).isEqualTo(instance == null);
    assertThat(config.streamsProperties()).containsEntry("state.dir", "/var/lib/promptstream");
  }

  @ParameterizedTest
  @CsvSource({"minimal", "deployment", "gpu", "everything"})
  void shouldKillAPodOnlyAfterItsOwnTimeout(String example) throws IOException {
    Manifests manifests = Chart.OURS.render(example);

    assertThat(manifests.pods().getSpec().getTerminationGracePeriodSeconds())
        .isGreaterThanOrEqualTo(load(manifests).closeTimeout().toSeconds() + 20);
  }

  @Test
  void shouldResolveSecrets() throws IOException {
    PromptStreamConfig config = load(Chart.OURS.render("everything"));

    assertThat(config.streamsProperties())
        .hasEntrySatisfying(
            "sasl.jaas.config",
            jaas -> assertThat(jaas.toString()).endsWith("password=\"pencil\";"));
  }

  @Test
  void shouldPassOnSettingsUnchanged() throws IOException {
    PromptStreamConfig config = load(Chart.OURS.render(
        "minimal",
        Map.of(
            "config.producer\\.buffer\\.memory", "2147483648",
            "config.client\\.id", "a\\b: #c=d",
            "config.promptstream\\.topics\\.create", "true")));

    assertThat(config.streamsProperties())
        .containsEntry("producer.buffer.memory", "2147483648")
        .containsEntry("client.id", "a\\b: #c=d");
    assertThat(config.createTopics()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "minimal, 8, 2097152, 0, false",
    "deployment, 8, 2097152, 0, false",
    "gpu, 4, 1048588, 2048, false",
    "everything, 12, 4194304, 0, true"
  })
  void shouldGiveAPodTheMemoryOfTheFormula(
      String example, int partitions, int maxMessageBytes, int extraMib, boolean headers)
      throws IOException {
    Manifests manifests = Chart.OURS.render(example);
    Container container = manifests.container();
    MemoryBound bound = bound(load(manifests), partitions, maxMessageBytes);
    long heapMib = headers ? bound.heapMibWithHeaders() : bound.heapMib();
    double residentMib = bound.residentBytes(heapMib << 20) / (double) (1 << 20);

    assertThat(container.getEnv().get(0).getValue().split(" ", -1)[0])
        .isEqualTo("-Xmx" + heapMib + 'm');
    assertThat(mib(container.getResources().getLimits()))
        .isBetween(residentMib + extraMib, residentMib + extraMib + 3);
    assertThat(container.getResources().getRequests().get("memory"))
        .isEqualTo(container.getResources().getLimits().get("memory"));
  }

  @ParameterizedTest
  @CsvSource({
    "num.stream.threads, 3",
    "buffer.memory, 9000000",
    "producer.buffer.memory, 9000000",
    "producer.max.request.size, 9000000",
    "max.partition.fetch.bytes, 9000000",
    "consumer.max.partition.fetch.bytes, 9000000",
    "main.consumer.max.partition.fetch.bytes, 9000000",
    "promptstream.dense.format, full",
    "promptstream.max.points, 1900",
    "promptstream.lookahead.max.prompts, 1024",
    "promptstream.lookahead.max.masks, 64",
    "promptstream.max.headers, 7",
    "promptstream.sessions, true"
  })
  void shouldCountEachSettingThatNeedsMemory(String name, String value) throws IOException {
    Manifests manifests = Chart.OURS.render(
        "minimal",
        Map.of("config." + name.replace(".", "\\."), value, "memory.untrustedHeaders", "true"));

    assertThat(manifests.container().getEnv().get(0).getValue())
        .isEqualTo("-Xmx" + bound(load(manifests), 8, 2097152).heapMibWithHeaders() + 'm');
  }

  @Test
  void shouldTakeAnotherHeap() {
    Container container = Chart.OURS
        .render("minimal", Map.of("memory.heapMib", "2000", "resources.limits.memory", "4Gi"))
        .container();

    assertThat(container.getEnv().get(0).getValue()).isEqualTo("-Xmx2000m");
    assertThat(mib(container.getResources().getRequests())).isGreaterThan(2700);
    assertThat(container.getResources().getLimits().get("memory")).hasToString("4Gi");
  }

  private static double mib(Map<String, Quantity> resources) {
    return requireNonNull(resources.get("memory")).getNumericalAmount().doubleValue() / (1 << 20);
  }

  /** Returns the bound for the largest model family, because the chart does not know the family. */
  private static MemoryBound bound(PromptStreamConfig config, int partitions, int maxMessageBytes) {
    EncoderInfo info = new EncoderInfo(
        "id",
        true,
        Profile.SAM3_TRACKER,
        256,
        16,
        "cpu()",
        DataType.FLOAT32,
        config.encoderOptions().denseFormat(),
        config.encoderOptions().maxPoints());
    List<EncoderInfo> models = Collections.nCopies(config.modelOptions().size(), info);
    return MemoryBound.of(config, models, partitions, maxMessageBytes);
  }
}
