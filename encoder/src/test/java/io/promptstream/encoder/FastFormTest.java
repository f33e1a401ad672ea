package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.promptstream.encoder.checkpoint.Checkpoints;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Compares the fast form with the textbook form, both in float32 on the same engine. */
final class FastFormTest {
  private static final int TOKENS = 2000;

  private final Random random = new Random(17);
  private final PromptEncoderWeights weights = Checkpoints.read("seed:42");
  private final ReferenceNetwork exact = new ReferenceNetwork(Profile.SAM, weights);
  private final NDManager manager = TorchDevice.engine().newBaseManager(Device.cpu());
  private final PromptEncoderNetwork textbook =
      new PromptEncoderNetwork(Profile.SAM, weights, manager.newSubManager());
  private final PromptEncoder encoder = SamPromptEncoder.load(
      new EncoderOptions("seed:42", "cpu", DataType.FLOAT32, DenseFormat.FULL, 100));

  @AfterEach
  void close() {
    encoder.close();
    manager.close();
  }

  @Test
  void shouldBeAsExactAsTheTextbookForTokens() {
    FramedPrompt prompt = tokens();
    NDArray coordinates = manager.create(prompt.coordinates(), new Shape(TOKENS, 2));
    float[] expected = exact.sparse(prompt);

    float[] slow =
        textbook.embedTokens(coordinates, manager.create(prompt.labels())).toFloatArray();
    float[] fast = encoder.encode(List.of(prompt)).get(0).sparse().floats();

    assertThat(SamCases.largestDifference(expected, slow)).isLessThanOrEqualTo(4e-6);
    assertThat(SamCases.largestDifference(expected, fast)).isLessThanOrEqualTo(4e-6);
  }

  @Test
  void shouldBeAsExactAsTheTextbookForMasks() {
    float[] mask = mask();
    float[] expected = exact.dense(mask);
    NDArray logits = manager.create(mask, new Shape(1, 1, 256, 256));

    float[] slow = textbook.projectMasks(textbook.maskActivations(logits)).toFloatArray();

    assertThat(SamCases.largestDifference(expected, slow)).isLessThanOrEqualTo(2e-6);
    assertThat(SamCases.largestDifference(expected, dense(mask))).isLessThanOrEqualTo(2e-6);
  }

  @Test
  void shouldEncodeHugeLogitsWithoutAffectingOtherCells() {
    float[] mask = mask();
    mask[1000 * 60 + 101] = 1e25f;
    NDArray logits = manager.create(mask, new Shape(1, 1, 256, 256));

    float[] slow = textbook.projectMasks(textbook.maskActivations(logits)).toFloatArray();

    assertThat(SamCases.largestDifference(slow, dense(mask))).isLessThanOrEqualTo(1e-5);
  }

  @Test
  void shouldGiveExactlyNotAPointForPadding() {
    FramedPrompt padding = FramedPrompts.ofTokens(new float[] {3, 4}, new int[] {-1});

    assertThat(encoder.encode(List.of(padding)).get(0).sparse().floats())
        .isEqualTo(weights.values(PromptEncoderTensor.NOT_A_POINT));
  }

  @Test
  void shouldNotLeakArraysInThousandsOfPasses() {
    Engine engine = TorchDevice.engine();
    List<FramedPrompt> prompts = List.of(tokens(), FramedPrompts.ofMask(mask()));
    try (Session session =
        Session.open(engine.newBaseManager(Device.cpu()), weights, encoder.info())) {
      int before = session.arrays();
      for (int i = 0; i < 300; i++) {
        session.sparseEmbeddings(prompts); // eight passes each
        session.maskEmbeddings(prompts);
      }

      assertThat(session.arrays()).isEqualTo(before);
    }
  }

  private float[] dense(float[] mask) {
    FramedPrompt prompt = FramedPrompts.ofMask(mask);
    return encoder.encode(List.of(prompt)).get(0).dense().expand(64);
  }

  private FramedPrompt tokens() {
    float[] coordinates = new float[2 * TOKENS];
    int[] labels = new int[TOKENS];
    for (int t = 0; t < TOKENS; t++) {
      coordinates[2 * t] = random.nextFloat() * 1024;
      coordinates[2 * t + 1] = random.nextFloat() * 1024;
      labels[t] = random.nextInt(5) - 1;
    }
    return FramedPrompts.ofTokens(coordinates, labels);
  }

  private float[] mask() {
    float[] mask = new float[256 * 256];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = (float) (6 * random.nextGaussian());
    }
    return mask;
  }
}
