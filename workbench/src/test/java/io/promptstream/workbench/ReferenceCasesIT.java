package io.promptstream.workbench;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Profile;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamCases.Case;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.reader.DenseEmbeddingReader;
import io.promptstream.schemas.reader.TensorReader;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.PipelineClient.Results;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests the path from a prompt event on a real broker to embeddings that a plain consumer reads.
 */
@ExtendWith(SharedServices.Resolver.class)
final class ReferenceCasesIT {
  @TempDir
  private Path directory;

  @ParameterizedTest
  @CsvSource({
    "sam, sam_vit_like.pth, FACTORED, at_least_once, FLOAT32",
    "sam, hf_sam_like.safetensors, FULL, exactly_once_v2, FLOAT32",
    "sam, sam_vit_like.pth, FULL, at_least_once, FLOAT16",
    "sam, sam_vit_like.pth, FULL, at_least_once, BFLOAT16",
    "sam2, sam2_like.pt, FACTORED, at_least_once, FLOAT32"
  })
  void shouldGiveEveryCaseTheEmbeddingsOfTheOfficialEncoder(
      String family,
      String checkpoint,
      String format,
      String guarantee,
      DataType dataType,
      SharedServices services)
      throws Exception {
    Profile profile = Profile.named(family).orElseThrow();
    List<Case> cases =
        SamCases.all(profile).stream().filter(ReferenceCasesIT::isOnTheWire).toList();
    Map<String, String> settings = Map.of(
        PromptStreamConfig.CHECKPOINT,
        SamCases.copy(profile, checkpoint, directory).toString(),
        PromptStreamConfig.DENSE_FORMAT,
        format,
        PromptStreamConfig.DATA_TYPE,
        dataType.name(),
        "processing.guarantee",
        guarantee);
    try (LocalPipeline pipeline = services.start(settings);
        PipelineClient client = new PipelineClient(pipeline)) {
      Map<String, RecordMetadata> sent = new HashMap<>();
      for (Case reference : cases) {
        PromptEvent event = Events.of(reference.name(), reference.prompt());
        sent.put(reference.name(), client.send(event));
      }

      Results results = client.read(cases.size(), 0);

      for (Case reference : cases) {
        ConsumerRecord<byte[], byte[]> sparse =
            requireNonNull(results.sparse().get(reference.name()));
        ConsumerRecord<byte[], byte[]> dense =
            requireNonNull(results.dense().get(reference.name()));
        RecordMetadata event = requireNonNull(sent.get(reference.name()));
        assertPassedThrough(event, sparse);
        assertPassedThrough(event, dense);
        assertThat(SamCases.largestDifference(
                reference.sparse(), TensorReader.floats(client.sparse(sparse).getEmbedding())))
            .as("sparse of %s", reference)
            .isLessThanOrEqualTo(1e-5 + rounding(dataType));
        assertThat(reference
                .dense()
                .largestDifference(DenseEmbeddingReader.expand(client.dense(dense))))
            .as("dense of %s", reference)
            .isLessThanOrEqualTo(1e-4 + rounding(dataType));
      }
    }
  }

  /** Returns half the spacing of a type's values below 16; all values of the cases are smaller. */
  private static double rounding(DataType dataType) {
    return switch (dataType) {
      case FLOAT32 -> 0;
      case FLOAT16 -> 8 * 0x1p-11;
      case BFLOAT16 -> 8 * 0x1p-8;
    };
  }

  private static void assertPassedThrough(
      RecordMetadata event, ConsumerRecord<byte[], byte[]> output) {
    assertThat(output.partition()).isEqualTo(event.partition());
    assertThat(output.timestamp()).isEqualTo(event.timestamp());
    assertThat(new String(output.key(), UTF_8)).isEqualTo(PipelineClient.header(output, "trace"));
  }

  /** An event cannot contain padding; only the encoder adds it. */
  private static boolean isOnTheWire(Case reference) {
    return reference.prompt().points().stream()
        .noneMatch(point -> point.label() == PointLabel.NOT_A_POINT);
  }
}
