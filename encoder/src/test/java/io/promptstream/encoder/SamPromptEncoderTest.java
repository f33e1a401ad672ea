package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.pytorch.jni.JniUtils;
import io.promptstream.encoder.DenseEmbeddings.Factored;
import io.promptstream.encoder.DenseEmbeddings.NoMask;
import io.promptstream.encoder.SamCases.Case;
import io.promptstream.encoder.checkpoint.Checkpoints;
import io.promptstream.encoder.checkpoint.GeneratedCheckpoint;
import io.promptstream.encoder.checkpoint.GeneratedCheckpoint.Container;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SamPromptEncoderTest {
  private static final double SPARSE_TOLERANCE = 1e-5;
  private static final double DENSE_TOLERANCE = 1e-4;

  @TempDir
  private Path directory;

  @ParameterizedTest
  @CsvSource({"sam, sam_vit_like.pth", "sam, hf_sam_like.safetensors", "sam2, sam2_like.pt"})
  void shouldReturnTheSameAsTheOfficialEncoder(String family, String checkpoint) {
    Profile profile = Profile.named(family).orElseThrow();
    assertReturnsTheReference(profile, SamCases.copy(profile, checkpoint, directory));
  }

  /** Writes the fixture's weights under these names, because no fixture has them. */
  @ParameterizedTest
  @EnumSource
  void shouldReturnTheSameUnderTheNamesOfHuggingFacesSam2(Container container) {
    Path official = SamCases.copy(Profile.SAM2, "sam2_like.pt", directory);
    Path renamed = GeneratedCheckpoint.write(
        Checkpoints.read(official.toString()),
        "HUGGING_FACE_SAM2",
        container,
        directory.resolve("model"));

    assertReturnsTheReference(Profile.SAM2, renamed);
  }

  private static void assertReturnsTheReference(Profile profile, Path checkpoint) {
    for (DenseFormat format : DenseFormat.values()) {
      try (PromptEncoder encoder = load(checkpoint, DataType.FLOAT32, format)) {
        assertThat(encoder.info().profile()).isEqualTo(profile);
        for (Case reference : SamCases.all(profile)) {
          PromptEmbeddings result = encode(encoder, List.of(reference)).get(0);
          assertThat(
                  SamCases.largestDifference(reference.sparse(), result.sparse().floats()))
              .as("sparse of %s, %s", reference, format)
              .isLessThanOrEqualTo(SPARSE_TOLERANCE);
          assertThat(reference.dense().largestDifference(result.dense().expand(64)))
              .as("dense of %s, %s", reference, format)
              .isLessThanOrEqualTo(DENSE_TOLERANCE);
        }
      }
    }
  }

  @Test
  void shouldReturnTheSameInOneRaggedListAsOneByOne() {
    List<Case> shuffled = new ArrayList<>(SamCases.all());
    Collections.shuffle(shuffled, new Random(7));
    try (PromptEncoder encoder = encoder("sam_vit_like.pth", DataType.FLOAT32, DenseFormat.FULL)) {
      List<PromptEmbeddings> results = encode(encoder, shuffled);
      assertThat(results).hasSameSizeAs(shuffled);
      for (int i = 0; i < results.size(); i++) {
        Case reference = shuffled.get(i);
        PromptEmbeddings alone = encode(encoder, List.of(reference)).get(0);
        assertThat(SamCases.largestDifference(
                alone.sparse().floats(), results.get(i).sparse().floats()))
            .as("sparse of %s", reference)
            .isLessThanOrEqualTo(1e-6);
        assertThat(SamCases.largestDifference(
                alone.dense().expand(64), results.get(i).dense().expand(64)))
            .as("dense of %s", reference)
            .isLessThanOrEqualTo(1e-6);
      }
    }
  }

  @Test
  void shouldGiveTheSameDenseEmbeddingFactoredAsFull() {
    List<Case> withMask = SamCases.all().stream()
        .filter(reference -> reference.prompt().mask() != null)
        .toList();
    assertThat(withMask).hasSizeGreaterThan(3);
    try (PromptEncoder factored =
            encoder("sam_vit_like.pth", DataType.FLOAT32, DenseFormat.FACTORED);
        PromptEncoder full = encoder("sam_vit_like.pth", DataType.FLOAT32, DenseFormat.FULL)) {
      for (Case reference : withMask) {
        DenseEmbeddings dense = encode(factored, List.of(reference)).get(0).dense();
        assertThat(dense).isInstanceOf(Factored.class);
        assertThat(SamCases.largestDifference(
                encode(full, List.of(reference)).get(0).dense().expand(64), dense.expand(64)))
            .as("%s", reference)
            .isLessThanOrEqualTo(1e-5);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLOAT16", "BFLOAT16"})
  void shouldRoundOnlyToTheDataType(DataType dataType) {
    double unitRoundoff = dataType == DataType.FLOAT16 ? 0x1p-11 : 0x1p-8;
    try (PromptEncoder wide = encoder("sam_vit_like.pth", DataType.FLOAT32, DenseFormat.FULL);
        PromptEncoder narrow = encoder("sam_vit_like.pth", dataType, DenseFormat.FULL)) {
      for (Case reference : SamCases.all()) {
        PromptEmbeddings exact = encode(wide, List.of(reference)).get(0);
        PromptEmbeddings rounded = encode(narrow, List.of(reference)).get(0);
        assertThat(rounded.sparse().dataType()).isEqualTo(dataType);
        assertRounded(exact.sparse().floats(), rounded.sparse().floats(), unitRoundoff);
        assertRounded(exact.dense().expand(64), rounded.dense().expand(64), unitRoundoff);
      }
    }
  }

  private static void assertRounded(float[] exact, float[] rounded, double unitRoundoff) {
    assertThat(rounded).hasSameSizeAs(exact);
    for (int i = 0; i < exact.length; i++) {
      // For float16's subnormals, half of their spacing.
      double bound = Math.max(Math.abs(exact[i]) * unitRoundoff, 0x1p-25);
      if (!(Math.abs((double) exact[i] - rounded[i]) <= bound)) {
        assertThat(rounded[i]).as("element %d", i).isEqualTo(exact[i]);
      }
    }
  }

  @Test
  void shouldKeepFactoredFloat16WithinItsRoundingError() {
    try (PromptEncoder encoder =
        encoder("sam_vit_like.pth", DataType.FLOAT16, DenseFormat.FACTORED)) {
      for (Case reference : SamCases.all()) {
        DenseEmbeddings dense = encode(encoder, List.of(reference)).get(0).dense();
        double bound = DENSE_TOLERANCE + 0x1p-11 * projectedMagnitude(dense);
        assertThat(reference.dense().largestDifference(dense.expand(64)))
            .as("%s", reference)
            .isLessThanOrEqualTo(bound);
      }
    }
  }

  /**
   * Returns an upper bound of Σ |weight| · |value| over the channels, which the rounding error
   * scales with.
   */
  private static double projectedMagnitude(DenseEmbeddings dense) {
    if (!(dense instanceof Factored factored)) {
      return 4;
    }
    float largest = 0;
    for (float value : factored.values().floats()) {
      largest = Math.max(largest, Math.abs(value));
    }
    float[] weight = factored.projection().weight().floats();
    double rowSum = 0;
    for (int c = 0; c < 256; c++) {
      double sum = 0;
      for (int k = 0; k < 16; k++) {
        sum += Math.abs(weight[c * 16 + k]);
      }
      rowSum = Math.max(rowSum, sum);
    }
    return largest * rowSum;
  }

  @ParameterizedTest
  @CsvSource({"sam, sam_vit_like.pth", "sam2, sam2_like.pt"})
  void shouldGiveTheDensePositionalEncodingOfTheOfficialCode(String family, String checkpoint) {
    Profile profile = Profile.named(family).orElseThrow();
    Path file = SamCases.copy(profile, checkpoint, directory);
    try (PromptEncoder encoder = load(file, DataType.FLOAT32, DenseFormat.FACTORED)) {
      assertThat(SamCases.largestDifference(
              SamCases.npy(profile, "expected/dense_pe.npy"), encoder.densePositionalEncoding()))
          .isLessThanOrEqualTo(SPARSE_TOLERANCE);
    }
  }

  @Test
  void shouldReturnNothingForNoPrompts() {
    try (PromptEncoder encoder = seeded(DataType.FLOAT32)) {
      assertThat(encoder.encode(List.of())).isEmpty();
    }
  }

  @Test
  void shouldReturnNoTokensAndTheNoMaskVectorForAnEmptyPrompt() {
    try (PromptEncoder encoder = seeded(DataType.BFLOAT16)) {
      PromptEmbeddings result = encoder
          .encode(List.of(encoder.frame(new Prompt(null, List.of(), null, null))))
          .get(0);
      assertThat(result.sparse().shape()).containsExactly(0, 256);
      assertThat(result.sparse().data().remaining()).isZero();
      assertThat(result.dense()).isInstanceOf(NoMask.class);
      assertThat(((NoMask) result.dense()).values().shape()).containsExactly(256);
    }
  }

  @Test
  void shouldGiveSeveralThreadsTheSameAsOne() throws Exception {
    List<Case> cases = SamCases.all();
    try (PromptEncoder encoder =
        encoder("sam_vit_like.pth", DataType.FLOAT32, DenseFormat.FACTORED)) {
      List<PromptEmbeddings> expected = encode(encoder, cases);
      ExecutorService threads = Executors.newFixedThreadPool(4);
      try {
        List<Future<List<PromptEmbeddings>>> futures = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          futures.add(threads.submit(() -> encode(encoder, cases)));
        }
        for (Future<List<PromptEmbeddings>> future : futures) {
          assertThat(future.get()).isEqualTo(expected);
        }
      } finally {
        threads.shutdownNow();
      }
    }
  }

  @Test
  void shouldUseOneThreadPerCallingThread() throws Exception {
    try (PromptEncoder encoder = seeded(DataType.FLOAT32)) {
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try {
        thread.submit(() -> encoder.encode(List.of())).get();

        assertThat(thread.submit(() -> JniUtils.getNumThreads()).get()).isEqualTo(1);
      } finally {
        thread.shutdownNow();
      }
    }
  }

  @Test
  void shouldDescribeItsModelAndDevice() {
    try (PromptEncoder encoder = seeded(DataType.FLOAT16)) {
      EncoderInfo info = encoder.info();
      assertThat(info.modelId()).startsWith("seed-42-");
      assertThat(info.randomWeights()).isTrue();
      assertThat(info.embeddingWidth()).isEqualTo(256);
      assertThat(info.maskChannels()).isEqualTo(16);
      assertThat(info.profile()).isEqualTo(Profile.SAM);
      assertThat(info.dataType()).isEqualTo(DataType.FLOAT16);
      assertThat(info.device()).isEqualTo("cpu()");
    }
  }

  private static List<PromptEmbeddings> encode(PromptEncoder encoder, List<Case> cases) {
    return encoder.encode(
        cases.stream().map(reference -> encoder.frame(reference.prompt())).toList());
  }

  private PromptEncoder encoder(String checkpoint, DataType dataType, DenseFormat format) {
    return load(SamCases.copy(checkpoint, directory), dataType, format);
  }

  private static PromptEncoder load(Path checkpoint, DataType dataType, DenseFormat format) {
    return SamPromptEncoder.load(
        new EncoderOptions(checkpoint.toString(), "cpu", dataType, format, 100));
  }

  private static PromptEncoder seeded(DataType dataType) {
    return SamPromptEncoder.load(
        new EncoderOptions("seed:42", "cpu", dataType, DenseFormat.FACTORED, 100));
  }
}
