package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Profile;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamCases.Case;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.reader.EmbeddingReader;
import io.promptstream.schemas.reader.PromptEmbedding;
import io.promptstream.schemas.reader.UnpairedEmbedding;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.services.RecordSender;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordDeserializationException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tests the reader of pairs with the real application, broker and registry. */
@ExtendWith(SharedServices.Resolver.class)
final class EmbeddingReaderIT {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  @TempDir
  private Path directory;

  @ParameterizedTest
  @CsvSource({"sam, sam_vit_like.pth", "sam2, sam2_like.pt"})
  void shouldGiveTheInputsOfTheOfficialMaskDecoder(
      String family, String checkpoint, SharedServices services) throws Exception {
    Profile profile = Profile.named(family).orElseThrow();
    Map<String, Case> cases = new HashMap<>();
    SamCases.all(profile).stream()
        .filter(EmbeddingReaderIT::isOnTheWire)
        .forEach(reference -> cases.put(reference.name(), reference));
    String path = SamCases.copy(profile, checkpoint, directory).toString();
    float[] imagePe = SamCases.npy(profile, "expected/dense_pe.npy");
    try (LocalPipeline pipeline = services.start(Map.of(PromptStreamConfig.CHECKPOINT, path));
        PipelineClient client = new PipelineClient(pipeline);
        EmbeddingReader reader = reader(pipeline, "reference", family)) {
      cases.forEach((name, reference) -> client.send(Events.of(name, reference.prompt())));

      List<PromptEmbedding> prompts = read(reader, cases.size());

      assertThat(prompts)
          .extracting(PromptEmbedding::promptId)
          .containsExactlyInAnyOrderElementsOf(cases.keySet());
      for (PromptEmbedding prompt : prompts) {
        Case reference = cases.get(prompt.promptId());
        assertThat(SamCases.largestDifference(reference.sparse(), flat(prompt.sparse())))
            .isLessThanOrEqualTo(1e-5);
        assertThat(reference.dense().largestDifference(prompt.dense())).isLessThanOrEqualTo(1e-4);
        assertThat(SamCases.largestDifference(imagePe, prompt.imagePe())).isLessThanOrEqualTo(1e-6);
        assertThat(prompt.card().getFamily()).isEqualTo(family);
        assertThat(prompt.denseEncoding() == DenseEncoding.NO_MASK)
            .isEqualTo(reference.prompt().mask() == null);
        assertThat(prompt.sparseBytes() - Float.BYTES * reference.sparse().length)
            .isBetween(0, 200);
        assertThat(prompt.denseBytes()).isGreaterThan(Float.BYTES * 256);
      }
      assertThat(prompts)
          .extracting(prompt -> prompt.partition() + "@" + prompt.sparseOffset())
          .doesNotHaveDuplicates();
      assertThat(prompts)
          .extracting(PromptEmbedding::denseOffset)
          .isEqualTo(prompts.stream().map(PromptEmbedding::sparseOffset).toList());
    }
  }

  private static boolean isOnTheWire(Case reference) {
    return reference.prompt().points().stream()
        .noneMatch(point -> point.label() == PointLabel.NOT_A_POINT);
  }

  private static float[] flat(float[][] tokens) {
    float[] values = new float[tokens.length * 256];
    for (int i = 0; i < tokens.length; i++) {
      System.arraycopy(tokens[i], 0, values, i * 256, 256);
    }
    return values;
  }

  @Test
  void shouldReadPromptsAgainThatWereNotClosed(SharedServices services) throws Exception {
    try (LocalPipeline pipeline = services.start(Map.of());
        PipelineClient client = new PipelineClient(pipeline)) {
      TreeSet<String> open = new TreeSet<>();
      for (int i = 0; i < 40; i++) {
        client.send(Events.click("prompt-" + i));
      }
      try (EmbeddingReader reader = reader(pipeline, "group", null)) {
        for (PromptEmbedding prompt : read(reader, 40)) {
          if (prompt.offset() < 2) {
            prompt.close();
          } else {
            open.add(prompt.promptId());
          }
        }
      }
      assertThat(open).isNotEmpty().hasSizeLessThan(40);
      try (EmbeddingReader reader = reader(pipeline, "group", null)) {
        List<PromptEmbedding> again = read(reader, open.size());
        assertThat(again)
            .extracting(PromptEmbedding::promptId)
            .containsExactlyInAnyOrderElementsOf(open);
        again.forEach(PromptEmbedding::close);
      }
      try (EmbeddingReader reader = reader(pipeline, "group", null)) {
        client.send(Events.click("last"));
        assertThat(read(reader, 1)).extracting(PromptEmbedding::promptId).containsExactly("last");
      }
    }
  }

  @Test
  void shouldNameARecordThatCannotBeUsedAndNotSkipIt(SharedServices services) throws Exception {
    try (LocalPipeline pipeline = services.start(Map.of());
        PipelineClient client = new PipelineClient(pipeline);
        RecordSender sender =
            new RecordSender(Map.of("bootstrap.servers", pipeline.bootstrapServers()))) {
      client.send(Events.click("click"));
      String topic = pipeline.config().denseTopic();
      try (EmbeddingReader reader = reader(pipeline, "damaged", null)) {
        int partition = read(reader, 1).get(0).partition();
        sender
            .send(new ProducerRecord<>(topic, partition, null, new byte[] {0, 1}))
            .get();
        for (int i = 0; i < 2; i++) {
          assertThatThrownBy(() -> read(reader, 1))
              .isInstanceOf(RecordDeserializationException.class)
              .hasMessageContaining("%s-%d at offset 1".formatted(topic, partition));
        }
      }
    }
  }

  @Test
  void shouldGoOnIfTooMuchWaits(SharedServices services) throws Exception {
    try (LocalPipeline pipeline = services.start(Map.of());
        PipelineClient client = new PipelineClient(pipeline)) {
      for (int i = 0; i < 200; i++) {
        client.send(Events.click("prompt-" + i));
      }
      List<UnpairedEmbedding> unpaired = new ArrayList<>();
      PromptStreamConfig config = pipeline.config();
      EmbeddingReader.Options options = new EmbeddingReader.Options(
          config.sparseTopic(),
          config.denseTopic(),
          config.modelsTopic(),
          null,
          1,
          Duration.ofSeconds(30),
          unpaired::add);
      Map<String, String> settings = new HashMap<>(settings(pipeline, "memory"));
      settings.put("max.poll.records", "7");
      try (EmbeddingReader reader = new EmbeddingReader(settings, options)) {
        assertThat(read(reader, 200)).extracting(PromptEmbedding::promptId).doesNotHaveDuplicates();
        assertThat(reader.repeats()).isZero();
      }
      assertThat(unpaired).isEmpty();
    }
  }

  @Test
  void shouldRefuseAnotherFamily(SharedServices services) throws Exception {
    try (LocalPipeline pipeline = services.start(Map.of());
        PipelineClient client = new PipelineClient(pipeline);
        EmbeddingReader reader = reader(pipeline, "family", "sam2")) {
      client.send(Events.click("click"));
      assertThatThrownBy(() -> read(reader, 1))
          .isInstanceOf(RecordDeserializationException.class)
          .hasMessageContaining("of family sam, not sam2");
    }
  }

  @Test
  void shouldNameATopicThatDoesNotExist(SharedServices services) {
    Map<String, String> settings = Map.of(
        "bootstrap.servers", services.bootstrapServers(),
        "group.id", "no-topic",
        "schema.registry.url", services.registryUrl());
    EmbeddingReader.Options options = options("no-such-topic", "no-dense", "no-models", null);
    assertThatThrownBy(() -> new EmbeddingReader(settings, options).close())
        .isInstanceOf(UnknownTopicOrPartitionException.class)
        .hasMessageContaining("no-such-topic");
  }

  @Test
  void shouldReportAWrongPassword(SecuredServices services) {
    Map<String, String> settings =
        new HashMap<>(services.brokers(SecuredServices.plain("wrong-password")));
    settings.putAll(services.registry(SecuredServices.REGISTRY_PASSWORD));
    settings.put("group.id", "wrong");
    assertThatThrownBy(() -> new EmbeddingReader(settings, EmbeddingReader.Options.DEFAULT).close())
        .isInstanceOf(SaslAuthenticationException.class)
        .hasMessageNotContaining("wrong-password");
  }

  private static List<PromptEmbedding> read(EmbeddingReader reader, int count) {
    List<PromptEmbedding> prompts = new ArrayList<>();
    long deadline = System.nanoTime() + TIMEOUT.toNanos();
    while (prompts.size() < count && System.nanoTime() < deadline) {
      prompts.addAll(reader.poll(POLL));
    }
    assertThat(prompts).hasSize(count);
    return prompts;
  }

  private static EmbeddingReader reader(
      LocalPipeline pipeline, String group, @Nullable String model) {
    PromptStreamConfig config = pipeline.config();
    return new EmbeddingReader(
        settings(pipeline, group),
        options(config.sparseTopic(), config.denseTopic(), config.modelsTopic(), model));
  }

  private static Map<String, String> settings(LocalPipeline pipeline, String group) {
    return Map.of(
        "bootstrap.servers", pipeline.bootstrapServers(),
        "group.id", pipeline.config().sparseTopic() + group,
        "schema.registry.url", pipeline.registryUrl());
  }

  private static EmbeddingReader.Options options(
      String sparse, String dense, String models, @Nullable String model) {
    EmbeddingReader.Options defaults = EmbeddingReader.Options.DEFAULT;
    return new EmbeddingReader.Options(
        sparse,
        dense,
        models,
        model,
        defaults.maxWaitingBytes(),
        defaults.timeout(),
        defaults.onUnpaired());
  }
}
