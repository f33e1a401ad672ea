package io.promptstream.workbench.gpu;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamCases;
import io.promptstream.encoder.SamCases.Case;
import io.promptstream.encoder.SamPromptEncoder;
import java.nio.file.Path;
import java.util.List;

/**
 * Largest differences between the encoder on a device and the official encoder, over all cases.
 *
 * @param checkpoint file of the weights
 * @param format format of the dense embeddings
 * @param sparse largest absolute difference of a sparse embedding
 * @param dense largest absolute difference of a dense embedding
 */
record Parity(String checkpoint, DenseFormat format, double sparse, double dense) {
  private static final double SPARSE_LIMIT = 1e-5;
  private static final double DENSE_LIMIT = 1e-4;
  private static final int MAX_POINTS = 100;

  /** Encodes all cases in one call. */
  static Parity measure(Path directory, String checkpoint, DenseFormat format, String device) {
    String file = SamCases.copy(checkpoint, directory).toString();
    List<Case> cases = SamCases.all();
    try (PromptEncoder encoder = SamPromptEncoder.load(
        new EncoderOptions(file, device, DataType.FLOAT32, format, MAX_POINTS))) {
      List<FramedPrompt> prompts =
          cases.stream().map(reference -> encoder.frame(reference.prompt())).toList();
      List<PromptEmbeddings> results = encoder.encode(prompts);
      double sparse = 0;
      double dense = 0;
      for (int i = 0; i < cases.size(); i++) {
        sparse = worse(
            sparse,
            SamCases.largestDifference(
                cases.get(i).sparse(), results.get(i).sparse().floats()));
        dense = worse(
            dense, cases.get(i).dense().largestDifference(results.get(i).dense().expand(64)));
      }
      return new Parity(checkpoint, format, sparse, dense);
    }
  }

  private static double worse(double largest, double difference) {
    return Double.isNaN(difference) ? difference : Math.max(largest, difference);
  }

  /** Returns whether all are within the contract's tolerance. */
  boolean holds() {
    return sparse <= SPARSE_LIMIT && dense <= DENSE_LIMIT;
  }
}
