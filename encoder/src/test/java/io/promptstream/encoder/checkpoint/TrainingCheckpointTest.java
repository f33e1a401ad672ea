package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.checkpoint.TorchZipBuilder.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads checkpoints of training scripts, which save other data beside the state dict. */
class TrainingCheckpointTest {
  /**
   * {@code pickle.dumps(extras, 2)} of CPython without its frame, where {@code extras} is a dict of
   * an {@code argparse.Namespace} with paths, a {@code torch.device} and another namespace in it,
   * the state of an optimizer, a {@code Counter}, {@code defaultdict} and {@code deque}, scalars
   * and an array of NumPy, sets, bytes, a {@code datetime}, a {@code SimpleNamespace} and a complex
   * number.
   */
  private static final String EXTRAS = """
      fXEAKFgEAAAAYXJnc3EBY2FyZ3BhcnNlCk5hbWVzcGFjZQpxAimBcQN9cQQoWAIAAABscnEFRz8aNuLrHEMt
      WAUAAABiZXRhc3EGRz/szMzMzMzNRz/uZmZmZmZmhnEHWAYAAABvdXRwdXRxCGNwYXRobGliClBvc2l4UGF0
      aApxCVgBAAAAL3EKWAMAAABvdXRxC4ZxDFJxDVgGAAAAZGV2aWNlcQ5jdG9yY2gKZGV2aWNlCnEPWAQAAABj
      dWRhcRBLAIZxEVJxElgGAAAAcmVzdW1lcRNOWAYAAABuZXN0ZWRxFGgCKYFxFX1xFlgBAAAAbnEXXXEYKEsB
      SwJlc2J1YlgJAAAAb3B0aW1pemVycRl9cRooWAUAAABzdGF0ZXEbfXEcSwB9cR1YBAAAAHN0ZXBxHksHc3NY
      DAAAAHBhcmFtX2dyb3Vwc3EfXXEgfXEhKGgFY251bXB5Ll9jb3JlLm11bHRpYXJyYXkKc2NhbGFyCnEiY251
      bXB5CmR0eXBlCnEjWAIAAABmOHEkiYiHcSVScSYoSwNYAQAAADxxJ05OTkr/////Sv////9LAHRxKGJjX2Nv
      ZGVjcwplbmNvZGUKcSlYCgAAAC1DHMOrw6I2Gj9xKlgGAAAAbGF0aW4xcSuGcSxScS2GcS5ScS9YBgAAAHBh
      cmFtc3EwXXExKEsASwFldWF1WAwAAABscl9zY2hlZHVsZXJxMn1xMyhYCgAAAG1pbGVzdG9uZXNxNGNjb2xs
      ZWN0aW9ucwpDb3VudGVyCnE1fXE2KEsDSwFLBUsBdYVxN1JxOFgHAAAAaGlzdG9yeXE5Y2NvbGxlY3Rpb25z
      CmRlZmF1bHRkaWN0CnE6Y19fYnVpbHRpbl9fCmxpc3QKcTuFcTxScT1YBAAAAGxvc3NxPl1xP0c/4AAAAAAA
      AGFzWAUAAABxdWV1ZXFAY2NvbGxlY3Rpb25zCmRlcXVlCnFBKUsEhnFCUnFDRz/4AAAAAAAAYXVYBQAAAGVw
      b2NocURLDFgEAAAAYmVzdHFFaCJoI1gCAAAAZjRxRomIh3FHUnFIKEsDaCdOTk5K/////0r/////SwB0cUli
      aClYBAAAAAAAQD9xSmgrhnFLUnFMhnFNUnFOWAkAAABjb25mdXNpb25xT2NudW1weS5fY29yZS5tdWx0aWFy
      cmF5Cl9yZWNvbnN0cnVjdApxUGNudW1weQpuZGFycmF5CnFRSwCFcVJoKVgBAAAAYnFTaCuGcVRScVWHcVZS
      cVcoSwFLAksChnFYaCNYAgAAAGk4cVmJiIdxWlJxWyhLA2gnTk5OSv////9K/////0sAdHFcYoloKVggAAAA
      AAAAAAAAAAABAAAAAAAAAAIAAAAAAAAAAwAAAAAAAABxXWgrhnFeUnFfdHFgYlgEAAAAc2VlbnFhY19fYnVp
      bHRpbl9fCnNldApxYl1xYyhLAUsCZYVxZFJxZVgGAAAAZnJvemVucWZjX19idWlsdGluX18KZnJvemVuc2V0
      CnFnXXFoWAEAAABhcWlhhXFqUnFrWAMAAAByYXdxbGgpWAMAAAAAw79xbWgrhnFuUnFvWAQAAAB3aGVucXBj
      ZGF0ZXRpbWUKZGF0ZXRpbWUKcXFoKVgLAAAAB8OoAQIDBAUAAABxcmgrhnFzUnF0hXF1UnF2WAIAAABuc3F3
      Y3R5cGVzClNpbXBsZU5hbWVzcGFjZQpxeClScXl9cXpoaUsBc2JYAQAAAHpxe2NfX2J1aWx0aW5fXwpjb21w
      bGV4CnF8Rz/wAAAAAAAAR0AAAAAAAAAAhnF9UnF+dQ==
      """;

  private final Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.SAM2);

  @TempDir
  private Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"model", "state_dict"})
  void shouldReadTheWeightsBesideTrainingData(String key) throws IOException {
    byte[] extras = Base64.getMimeDecoder().decode(EXTRAS);

    PromptEncoderWeights weights = read(
        TestTensors.torch(tensors).nestedUnder(key).beside("extras", extras).zip());

    assertThat(weights)
        .usingRecursiveComparison()
        .ignoringFields("origin")
        .isEqualTo(WeightsReader.read(new InMemoryTensors(tensors), new WeightsOrigin.Seed(0)));
  }

  @Test
  void shouldReadTheWeightsAmongTrainingData() throws IOException {
    byte[] extras = Base64.getMimeDecoder().decode(EXTRAS);
    TorchZipBuilder torch = TestTensors.torch(tensors);
    torch.item(pickle -> pickle.text("extras").raw(extras));

    assertThat(read(torch.zip()).family()).isEqualTo(Family.SAM2);
  }

  @Test
  void shouldIgnoreTheTensorsOfAnOptimizer() throws IOException {
    byte[] momentum = new Pickle()
        .opcodes("}")
        .integer(0)
        .tensor(
            new Storage("DoubleStorage", "not-there", 1L << 40), 0, List.of(1L << 40), List.of(1L))
        .opcodes("s")
        .bytes();

    assertThat(read(TestTensors.torch(tensors)
                .nestedUnder("model")
                .beside("o", momentum)
                .zip())
            .family())
        .isEqualTo(Family.SAM2);
  }

  @Test
  void shouldReadTheStateDictIfTheModelHasNoTensors() throws IOException {
    byte[] config =
        new Pickle().opcodes("}").text("name").text("large").opcodes("s").bytes();
    TorchZipBuilder torch = TestTensors.torch(tensors);

    assertThat(
            read(torch.nestedUnder("state_dict").beside("model", config).zip()).family())
        .isEqualTo(Family.SAM2);
  }

  @ParameterizedTest
  @CsvSource({
    "posix, system",
    "builtins, eval",
    "builtins, getattr",
    "numpy.testing._private.utils, runstring",
    "my.training.config, TrainConfig",
    "torch, load"
  })
  void shouldRejectUnexpectedNamesBesideTheWeights(String module, String name) throws IOException {
    Path touched = directory.resolve("touched");
    byte[] call = new Pickle()
        .global(module, name)
        .text("touch " + touched)
        .opcode(0x85)
        .opcodes("R")
        .bytes();
    byte[] zip =
        TestTensors.torch(tensors).nestedUnder("model").beside("extras", call).zip();

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read(zip))
        .withMessageEndingWith(
            ": its pickle names %s.%s, which a checkpoint does not need; it is rejected",
            module, name);
    assertThat(touched).doesNotExist();
  }

  @Test
  void shouldNotReadAnExtraAsATensor() throws IOException {
    byte[] namespace =
        new Pickle().global("argparse", "Namespace").opcodes(")").opcode(0x81).bytes();
    TorchZipBuilder torch = TestTensors.torch(tensors);
    torch.item(pickle -> pickle.text("sam_prompt_encoder.no_mask_embed.weight").raw(namespace));

    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> read(torch.zip()))
        .withMessageEndingWith("it lacks 1 of the 17 tensors of a prompt encoder:"
            + " sam_prompt_encoder.no_mask_embed.weight");
  }

  private PromptEncoderWeights read(byte[] zip) throws IOException {
    return Checkpoints.read(Files.write(directory.resolve("checkpoint.pt"), zip).toString());
  }
}
