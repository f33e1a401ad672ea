package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.application.PromptStreamApplication;
import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseEmbeddings.Full;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamCases.Case;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.reader.DenseEmbeddingReader;
import io.promptstream.schemas.reader.ModelCardReader;
import io.promptstream.schemas.reader.TensorReader;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.workbench.PipelineClient.Results;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests that a model card has everything that a mask decoder needs. */
@ExtendWith(SharedServices.Resolver.class)
final class ModelCardIT {
  @TempDir
  private Path directory;

  @Test
  void shouldHaveAllThatAMaskDecoderNeedsOnceTheApplicationRuns(SharedServices services)
      throws Exception {
    String checkpoint = SamCases.copy("sam_vit_like.pth", directory).toString();
    Map<String, String> settings = Map.of(PromptStreamConfig.CHECKPOINT, checkpoint);
    try (LocalPipeline pipeline = services.start(settings);
        PipelineClient client = new PipelineClient(pipeline);
        PromptEncoder full = SamPromptEncoder.load(
            new EncoderOptions(checkpoint, "cpu", DataType.FLOAT32, DenseFormat.FULL, 10))) {
      List<ConsumerRecord<byte[], byte[]>> records = cards(pipeline);
      assertThat(records).hasSize(1);
      ModelCard card = card(pipeline, records.get(0));

      assertThat(new String(records.get(0).key(), UTF_8))
          .isEqualTo(card.getModelId())
          .isEqualTo(full.info().modelId());
      assertThat(card.getFamily()).isEqualTo("sam");
      assertThat(card.getSource()).isEqualTo("sam_vit_like.pth");
      assertThat(SamCases.largestDifference(
              SamCases.npy("expected/dense_pe.npy"),
              ModelCardReader.denseEmbeddingPositionalEncoding(card)))
          .isLessThanOrEqualTo(1e-5);
      assertThat(TensorReader.floats(card.getNoMaskEmbed()))
          .isEqualTo(SamCases.npy("expected/no_mask.npy"));
      assertExpands(client, card, full);
    }
  }

  private static void assertExpands(PipelineClient client, ModelCard card, PromptEncoder full) {
    List<Case> masked = SamCases.all().stream()
        .filter(reference -> reference.prompt().mask() != null)
        .toList();
    assertThat(masked).isNotEmpty();
    masked.forEach(reference -> client.send(Events.of(reference.name(), reference.prompt())));
    Results results = client.read(masked.size(), 0);
    for (Case reference : masked) {
      DenseEmbedding embedding =
          client.dense(requireNonNull(results.dense().get(reference.name())));
      assertThat(embedding.getEncoding()).isEqualTo(DenseEncoding.FACTORED);
      DenseEmbedding bare =
          DenseEmbedding.newBuilder(embedding).setProjection(null).build();
      assertThat(SamCases.largestDifference(
              full(full, reference), DenseEmbeddingReader.expand(bare, card)))
          .as("dense of %s", reference)
          .isLessThanOrEqualTo(1e-5);
    }
  }

  private static float[] full(PromptEncoder encoder, Case reference) {
    Full dense =
        (Full) encoder.encode(List.of(encoder.frame(reference.prompt()))).get(0).dense();
    float[] values = new float[256 * 64 * 64];
    dense
        .values()
        .data()
        .duplicate()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(values);
    return values;
  }

  @Test
  void shouldWriteTheSameBytesAtEveryStart(SharedServices services) throws Exception {
    Map<String, String> settings = services.settings(Map.of());
    try (LocalPipeline pipeline = LocalPipeline.startOnRunning(settings)) {
      Map<String, String> again = new HashMap<>(settings);
      again.put("application.id", "again");
      again.put("state.dir", directory.toString());
      // Cards are written outside of transactions, so that none can hide them.
      again.put("processing.guarantee", "exactly_once_v2");

      PromptStreamApplication.start(PromptStreamConfig.of(again), Models.of(pipeline.encoder()))
          .close();

      List<ConsumerRecord<byte[], byte[]>> records = cards(pipeline);
      assertThat(records).hasSize(2);
      assertThat(records.get(1).key()).isEqualTo(records.get(0).key());
      assertThat(records.get(1).value()).isEqualTo(records.get(0).value());
    }
  }

  private static ModelCard card(LocalPipeline pipeline, ConsumerRecord<byte[], byte[]> record) {
    try (Serde<ModelCard> serde = AvroSerdes.modelCard(pipeline.config().serdeProperties())) {
      return serde.deserializer().deserialize(record.topic(), record.value());
    }
  }

  /** Reads the topic from its beginning to its end. */
  private static List<ConsumerRecord<byte[], byte[]>> cards(LocalPipeline pipeline) {
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", pipeline.bootstrapServers(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(pipeline.config().modelsTopic()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }
}
