package io.promptstream.workbench.bench;

import io.promptstream.encoder.Box;
import io.promptstream.encoder.DenseEmbeddings;
import io.promptstream.encoder.EmbeddingTensor;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.PointLabel;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * An encoder without computation: returns precomputed results of the right kind, shape and size.
 *
 * <p>Validation and mapping to the model frame stay real: they are part of the stream's work and
 * determine the size of a result.
 */
final class ConstantEncoder extends ForwardingPromptEncoder {
  private final List<EmbeddingTensor> sparseByTokens;
  private final DenseEmbeddings withoutMask;
  private final DenseEmbeddings withMask;

  /**
   * Precomputes results with a real encoder.
   *
   * @param real owned by the caller, who closes it after this one
   */
  ConstantEncoder(PromptEncoder real) {
    super(real);
    PromptEmbeddings plain = encodeOne(real, longestPrompt(real.info().maxPoints()));
    PromptEmbeddings masked = encodeOne(real, mask(real.info().profile().maskInputSize()));
    int tokens = plain.sparse().shape().get(0);
    sparseByTokens = IntStream.rangeClosed(0, tokens)
        .mapToObj(count -> firstTokens(plain.sparse(), count))
        .toList();
    withoutMask = plain.dense();
    withMask = masked.dense();
  }

  /** A box adds two tokens; the padding of a prompt without a box adds only one. */
  private static Prompt longestPrompt(int points) {
    Point point = new Point(0, 0, PointLabel.FOREGROUND);
    return new Prompt(null, Collections.nCopies(points, point), new Box(0, 0, 0, 0), null);
  }

  private static Prompt mask(int side) {
    return new Prompt(null, List.of(), null, new MaskLogits(side, side, new float[side * side]));
  }

  private static PromptEmbeddings encodeOne(PromptEncoder real, Prompt prompt) {
    return real.encode(List.of(real.frame(prompt))).get(0);
  }

  private static EmbeddingTensor firstTokens(EmbeddingTensor all, int count) {
    int width = all.shape().get(1);
    return new EmbeddingTensor(
        all.dataType(),
        List.of(count, width),
        all.data().slice(all.data().position(), count * width * all.dataType().bytes()));
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    List<PromptEmbeddings> results = new ArrayList<>(prompts.size());
    for (FramedPrompt prompt : prompts) {
      results.add(new PromptEmbeddings(
          sparseByTokens.get(prompt.tokens()), prompt.mask() == null ? withoutMask : withMask));
    }
    return results;
  }
}
