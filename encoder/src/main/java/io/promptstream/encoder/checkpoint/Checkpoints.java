package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * Reads the prompt encoder's weights from checkpoints in the formats that models are published in.
 */
public final class Checkpoints {
  static final String SEED_PREFIX = "seed:";

  private Checkpoints() {}

  /**
   * Reads weights. The container format is detected from the content: PyTorch's zip format
   * ({@code .pth}, {@code .pt}) or safetensors. A PyTorch file contains the state dict itself, or
   * has it under {@code model} or {@code state_dict} beside other training data. A folder contains
   * {@code model.safetensors}, or {@code model.safetensors.index.json} and the files that the index
   * names. The tensors have the names of a family's own code or of Hugging Face; the {@link Family}
   * is detected from the names. Only the prompt encoder's part of a file is read, regardless of the
   * size of the file.
   *
   * @param source the path of a file or folder; {@code seed:N} for random weights with the integer
   *     N as seed; or a source that {@link WebCheckpoints} reads from the web
   * @throws CheckpointException if there is no such file, it is not a valid checkpoint, or N is not
   *     a 64-bit integer
   */
  public static PromptEncoderWeights read(String source) {
    if (source.startsWith(SEED_PREFIX)) {
      return RandomWeights.of(seed(source));
    }
    if (WebCheckpoints.isOnTheWeb(source)) {
      return WebCheckpoints.ofThisProcess().read(source);
    }
    return LocalCheckpoint.read(source).weights();
  }

  private static long seed(String source) {
    String number = source.substring(SEED_PREFIX.length());
    try {
      return Long.parseLong(number);
    } catch (NumberFormatException e) {
      throw new CheckpointException(
          "Checkpoint %s: the seed '%s' is not a signed 64-bit integer".formatted(source, number),
          e);
    }
  }

  static TensorSource open(CheckpointChannel file) throws IOException {
    if (file.size() == 0) {
      throw new MalformedCheckpointException("the file is empty");
    }
    byte[] start = bytes(file, 0, 16);
    // Checked first, because the length of a safetensors header can equal any magic number.
    if (start.length > SafetensorsFile.LENGTH_BYTES && start[SafetensorsFile.LENGTH_BYTES] == '{') {
      return SafetensorsFile.open(file);
    }
    if (startsWith(start, 'P', 'K')) {
      return TorchZipFile.open(file);
    }
    if (startsWith(start, 0x80) || isTar(file)) {
      throw new MalformedCheckpointException(
          "it is in the format of PyTorch before 1.6, which is not supported;"
              + " load it in Python and torch.save it again");
    }
    throw new MalformedCheckpointException(
        "it is neither a PyTorch zip (.pth, .pt) nor a safetensors file: it begins with "
            + HexFormat.ofDelimiter(" ").formatHex(start));
  }

  private static boolean startsWith(byte[] start, int... magic) {
    return start.length >= magic.length
        && IntStream.range(0, magic.length).allMatch(i -> start[i] == (byte) magic[i]);
  }

  private static boolean isTar(CheckpointChannel file) throws IOException {
    return Arrays.equals(bytes(file, 257, 5), "ustar".getBytes(US_ASCII));
  }

  /** Reads bytes near the start of the file, fewer if the file is shorter. */
  private static byte[] bytes(CheckpointChannel file, long offset, int length) throws IOException {
    long start = Math.min(offset, file.size());
    int available = (int) Math.min(length, file.size() - start);
    return file.readBytes(start, available, "the start of the file");
  }
}
