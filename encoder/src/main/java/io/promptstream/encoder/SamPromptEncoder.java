package io.promptstream.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.promptstream.encoder.DenseEmbeddings.Factored;
import io.promptstream.encoder.DenseEmbeddings.Full;
import io.promptstream.encoder.DenseEmbeddings.NoMask;
import io.promptstream.encoder.DenseEmbeddings.Projection;
import io.promptstream.encoder.checkpoint.Checkpoints;
import io.promptstream.encoder.checkpoint.ModelId;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Segment Anything prompt encoder on DJL's PyTorch engine.
 *
 * <p>Every point of every prompt is encoded independently of all others, so the tokens of a list of
 * prompts are one flat array that goes through the network in one pass, and each prompt takes its
 * slice of the result.
 */
public final class SamPromptEncoder implements PromptEncoder {
  private static final Logger log = LoggerFactory.getLogger(SamPromptEncoder.class);

  private final EncoderInfo info;
  private final PromptFramer framer;
  private final NDManager manager;
  private final PromptEncoderNetwork network;
  private final NoMask noMask;
  private final Projection projection;

  private SamPromptEncoder(
      EncoderInfo info, PromptEncoderWeights weights, NDManager manager, NDManager weightsManager) {
    this.info = info;
    this.framer = new PromptFramer(info.profile(), info.maxPoints());
    this.manager = manager;
    this.network = new PromptEncoderNetwork(info.profile(), weights, weightsManager);
    this.projection = projection(weights, info);
    try (NDManager session = manager.newSubManager()) {
      NDArray vector = session.create(weights.noMaskEmbed().values());
      ByteBuffer data = EmbeddingBytes.of(vector, info.dataType());
      this.noMask = new NoMask(
          EmbeddingBytes.slice(data, 0, info.dataType(), List.of(info.embeddingWidth())));
    }
  }

  /**
   * Loads the engine and the weights and encodes once, so that the first prompt finds everything
   * warm.
   *
   * @throws io.promptstream.encoder.checkpoint.CheckpointException if the weights cannot be had
   * @throws IllegalArgumentException if there is no such device
   */
  public static SamPromptEncoder load(EncoderOptions options) {
    return of(Checkpoints.read(options.checkpoint()), Profile.SAM, options);
  }

  static SamPromptEncoder of(
      PromptEncoderWeights weights, Profile profile, EncoderOptions options) {
    Engine engine = TorchDevice.engine();
    Device device = TorchDevice.of(engine, options.device());
    EncoderInfo info = info(weights, profile, device, options);
    NDManager manager = engine.newBaseManager(device);
    try {
      SamPromptEncoder encoder =
          new SamPromptEncoder(info, weights, manager, manager.newSubManager());
      encoder.warm();
      log.info(
          "Loaded {} from {} on {}", info.modelId(), weights.origin().description(), info.device());
      return encoder;
    } catch (RuntimeException | Error e) {
      manager.close();
      throw e;
    }
  }

  private static EncoderInfo info(
      PromptEncoderWeights weights, Profile profile, Device device, EncoderOptions options) {
    return new EncoderInfo(
        ModelId.of(weights, profile.name()),
        weights.seeded(),
        profile,
        weights.noMaskEmbed().values().length,
        weights.maskDownscaling().conv2Bias().values().length,
        device.toString(),
        options.dataType(),
        options.denseFormat(),
        options.maxPoints());
  }

  private static Projection projection(PromptEncoderWeights weights, EncoderInfo info) {
    return new Projection(
        EmbeddingBytes.float32(
            weights.maskDownscaling().conv3Weight().values(),
            List.of(info.embeddingWidth(), info.maskChannels())),
        EmbeddingBytes.float32(
            weights.maskDownscaling().conv3Bias().values(), List.of(info.embeddingWidth())));
  }

  private void warm() {
    int side = info.profile().maskInputSize();
    encode(List.of(new FramedPrompt(new float[2], new int[1], new float[side * side])));
  }

  @Override
  public FramedPrompt frame(Prompt prompt) {
    return framer.frame(prompt);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    try (NDManager session = manager.newSubManager()) {
      List<EmbeddingTensor> sparse = sparseEmbeddings(session, prompts);
      List<DenseEmbeddings> dense = denseEmbeddings(session, prompts);
      List<PromptEmbeddings> results = new ArrayList<>(prompts.size());
      for (int i = 0; i < prompts.size(); i++) {
        results.add(new PromptEmbeddings(sparse.get(i), dense.get(i)));
      }
      return results;
    }
  }

  /** Returns [tokens, C] for each prompt. */
  private List<EmbeddingTensor> sparseEmbeddings(NDManager session, List<FramedPrompt> prompts) {
    int total = prompts.stream().mapToInt(FramedPrompt::tokens).reduce(0, Math::addExact);
    ByteBuffer data = total == 0 ? ByteBuffer.allocate(0) : encodeTokens(session, prompts, total);
    int width = info.embeddingWidth();
    List<EmbeddingTensor> slices = new ArrayList<>(prompts.size());
    int offset = 0;
    for (FramedPrompt prompt : prompts) {
      slices.add(
          EmbeddingBytes.slice(data, offset, info.dataType(), List.of(prompt.tokens(), width)));
      offset += prompt.tokens() * width * info.dataType().bytes();
    }
    return slices;
  }

  private ByteBuffer encodeTokens(NDManager session, List<FramedPrompt> prompts, int total) {
    float[] coords = new float[2 * total];
    int[] labels = new int[total];
    int next = 0;
    for (FramedPrompt prompt : prompts) {
      System.arraycopy(prompt.coordinates(), 0, coords, 2 * next, 2 * prompt.tokens());
      System.arraycopy(prompt.labels(), 0, labels, next, prompt.tokens());
      next += prompt.tokens();
    }
    NDArray tokens =
        network.embedTokens(session.create(coords, new Shape(total, 2)), session.create(labels));
    return EmbeddingBytes.of(tokens, info.dataType());
  }

  private List<DenseEmbeddings> denseEmbeddings(NDManager session, List<FramedPrompt> prompts) {
    List<float[]> masks = new ArrayList<>();
    for (FramedPrompt prompt : prompts) {
      float[] mask = prompt.mask();
      if (mask != null) {
        masks.add(mask);
      }
    }
    ByteBuffer data = masks.isEmpty() ? ByteBuffer.allocate(0) : encodeMasks(session, masks);
    int bytesEach = masks.isEmpty() ? 0 : data.remaining() / masks.size();
    List<DenseEmbeddings> dense = new ArrayList<>(prompts.size());
    int offset = 0;
    for (FramedPrompt prompt : prompts) {
      if (prompt.mask() == null) {
        dense.add(noMask);
      } else {
        dense.add(maskEmbedding(data, offset));
        offset += bytesEach;
      }
    }
    return dense;
  }

  /** Returns [K, M, G, G] or, in full format, [K, C, G, G]. */
  private ByteBuffer encodeMasks(NDManager session, List<float[]> masks) {
    int side = info.profile().maskInputSize();
    float[] logits = new float[Math.multiplyExact(masks.size(), side * side)];
    for (int k = 0; k < masks.size(); k++) {
      System.arraycopy(masks.get(k), 0, logits, k * side * side, side * side);
    }
    NDArray activations =
        network.maskActivations(session.create(logits, new Shape(masks.size(), 1, side, side)));
    return EmbeddingBytes.of(
        info.denseFormat() == DenseFormat.FULL ? network.projectMasks(activations) : activations,
        info.dataType());
  }

  private DenseEmbeddings maskEmbedding(ByteBuffer data, int offset) {
    int grid = info.profile().gridSize();
    return switch (info.denseFormat()) {
      case FACTORED ->
        new Factored(
            EmbeddingBytes.slice(
                data, offset, info.dataType(), List.of(info.maskChannels(), grid, grid)),
            projection);
      case FULL ->
        new Full(EmbeddingBytes.slice(
            data, offset, info.dataType(), List.of(info.embeddingWidth(), grid, grid)));
    };
  }

  @Override
  public float[] densePositionalEncoding() {
    try (NDManager session = manager.newSubManager()) {
      return network.densePositionalEncoding(session).toFloatArray();
    }
  }

  @Override
  public EncoderInfo info() {
    return info;
  }

  @Override
  public void close() {
    manager.close();
  }
}
