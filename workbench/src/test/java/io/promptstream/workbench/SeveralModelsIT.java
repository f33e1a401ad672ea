package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.EmbeddingTensor;
import io.promptstream.encoder.ImageSize;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Model;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.errors.ErrorHeaders;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests two models in one application, and events that name an unknown third. */
@ExtendWith(SharedServices.Resolver.class)
final class SeveralModelsIT {
  private static final int EVENTS = 10_000;
  private static final int UNKNOWN = 5;

  @TempDir
  private Path state;

  @Test
  void shouldEncodeEachEventWithItsOwnModel(SharedServices services) throws Exception {
    PromptStreamConfig config = config(services);
    Map<String, String> registry = Map.of("schema.registry.url", services.registryUrl());
    try (Models models = Models.load(config.modelOptions(), SamPromptEncoder::load);
        PromptStreamApplication application = PromptStreamApplication.start(config, models);
        TopicReader sparse = new TopicReader(services.bootstrapServers(), config.sparseTopic());
        TopicReader dense = new TopicReader(services.bootstrapServers(), config.denseTopic());
        TopicReader errors = new TopicReader(services.bootstrapServers(), config.errorsTopic());
        Serde<SparseEmbedding> serde = AvroSerdes.sparseEmbedding(registry)) {
      send(services, config.inputTopic());

      sparse.forEach(
          EVENTS,
          record -> assertEncoded(
              models, serde.deserializer().deserialize(record.topic(), record.value())));
      dense.forEach(EVENTS, record -> {});
      assertThat(errors.read(UNKNOWN)).allSatisfy(SeveralModelsIT::assertUnknown);
      sparse.assertNoMore();
      dense.assertNoMore();
      assertThat(application.failure()).isEmpty();
    }
  }

  private static void assertEncoded(Models models, SparseEmbedding embedding) {
    int number = Integer.parseInt(embedding.getPromptId());
    Model model = models.all().get(number % 3 == 2 ? 1 : 0);
    PromptEncoder encoder = model.encoder();
    Point point = new Point(x(number), y(number), PointLabel.FOREGROUND);
    Prompt prompt = new Prompt(new ImageSize(480, 640), List.of(point), null, null);
    EmbeddingTensor alone =
        encoder.encode(List.of(encoder.frame(prompt))).get(0).sparse();
    assertThat(embedding.getModelId()).isEqualTo(encoder.info().modelId());
    assertThat(embedding.getEmbedding().getData()).isEqualTo(alone.data());
  }

  private static void assertUnknown(ConsumerRecord<byte[], byte[]> record) {
    assertThat(new String(record.headers().lastHeader(ErrorHeaders.CODE).value(), UTF_8))
        .isEqualTo("UNKNOWN_MODEL");
    assertThat(new String(record.headers().lastHeader(ErrorHeaders.MESSAGE).value(), UTF_8))
        .isEqualTo("model is 'nobody', must be null or one of interactive, batch");
  }

  private PromptStreamConfig config(SharedServices services) {
    return PromptStreamConfig.of(services.settings(Map.of(
        "state.dir",
        state.toString(),
        PromptStreamConfig.TOPICS_PARTITIONS,
        "4",
        PromptStreamConfig.MODELS,
        "interactive=seed:1,batch=seed:2")));
  }

  private static void send(SharedServices services, String topic) {
    try (Serde<PromptEvent> serde =
            AvroSerdes.promptEvent(Map.of("schema.registry.url", services.registryUrl()));
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
            Map.of("bootstrap.servers", services.bootstrapServers(), "linger.ms", 20),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int number = 0; number < EVENTS + UNKNOWN; number++) {
        PromptEvent event = PromptEvent.newBuilder(
                Events.click(Integer.toString(number), x(number), y(number)))
            .setModel(number < EVENTS ? model(number) : "nobody")
            .build();
        byte[] value = serde.serializer().serialize(topic, event);
        var unused = producer.send(new ProducerRecord<>(topic, value));
      }
    }
  }

  private static @Nullable String model(int number) {
    return switch (number % 3) {
      case 0 -> null;
      case 1 -> "interactive";
      default -> "batch";
    };
  }

  private static double x(int number) {
    return number % 641;
  }

  private static double y(int number) {
    return number % 481;
  }
}
