package io.promptstream.encoder;

import ai.djl.Device;
import ai.djl.engine.Engine;
import io.promptstream.encoder.DenseEmbeddings.Factored;
import io.promptstream.encoder.DenseEmbeddings.Full;
import io.promptstream.encoder.DenseEmbeddings.NoMask;
import io.promptstream.encoder.DenseEmbeddings.Projection;
import io.promptstream.encoder.checkpoint.Checkpoints;
import io.promptstream.encoder.checkpoint.PromptEncoderTensor;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes Segment Anything prompts on DJL's PyTorch engine.
 *
 * <p>Every point is encoded independently, so the tokens of a list of prompts form one flat array
 * that goes through the network in one pass. Each prompt takes its slice of the result.
 */
public final class SamPromptEncoder implements PromptEncoder {
  private static final Logger log = LoggerFactory.getLogger(SamPromptEncoder.class);

  private final EncoderInfo info;
  private final PromptEncoderWeights weights;
  private final PromptFramer framer;
  private final SessionPool sessions;
  private final NoMask noMask;
  private final Projection projection;

  private SamPromptEncoder(EncoderInfo info, PromptEncoderWeights weights, SessionPool sessions) {
    this.info = info;
    this.weights = weights;
    this.framer = new PromptFramer(info.profile(), info.maxPoints());
    this.sessions = sessions;
    this.projection = projection(weights, info);
    this.noMask = new NoMask(
        sessions.with(session -> session.vector(weights.values(PromptEncoderTensor.NO_MASK))));
  }

  /**
   * Loads the engine and the weights, and encodes one prompt to warm up.
   *
   * @throws io.promptstream.encoder.checkpoint.CheckpointException if the weights cannot be loaded,
   *     or belong to another family than the options specify
   * @throws IllegalArgumentException if the device does not exist
   */
  public static SamPromptEncoder load(EncoderOptions options) {
    PromptEncoderWeights weights = Checkpoints.read(options.checkpoint());
    return of(weights, Profile.resolve(options.profile(), weights), options);
  }

  static SamPromptEncoder of(
      PromptEncoderWeights weights, Profile profile, EncoderOptions options) {
    Engine engine = TorchDevice.engine();
    Device device = TorchDevice.of(engine, options.device());
    EncoderInfo info = info(weights, profile, device, options);
    SessionPool sessions =
        new SessionPool(() -> Session.open(engine.newBaseManager(device), weights, info));
    try {
      SamPromptEncoder encoder = new SamPromptEncoder(info, weights, sessions);
      encoder.warmUp();
      log.info(
          "Loaded {} ({}) from {} on {}",
          info.modelId(),
          profile.name(),
          weights.source(),
          info.device());
      return encoder;
    } catch (RuntimeException | Error e) {
      Closeables.closeAllAfter(e, List.of(sessions));
      throw e;
    }
  }

  private static EncoderInfo info(
      PromptEncoderWeights weights, Profile profile, Device device, EncoderOptions options) {
    return new EncoderInfo(
        weights.modelId(profile.name()),
        weights.isRandom(),
        profile,
        weights.embeddingWidth(),
        weights.maskChannels(),
        device.toString(),
        options.dataType(),
        options.denseFormat(),
        options.maxPoints());
  }

  private static Projection projection(PromptEncoderWeights weights, EncoderInfo info) {
    return new Projection(
        EmbeddingBytes.float32(
            weights.values(PromptEncoderTensor.CONV_3_WEIGHT),
            List.of(info.embeddingWidth(), info.maskChannels())),
        EmbeddingBytes.float32(
            weights.values(PromptEncoderTensor.CONV_3_BIAS), List.of(info.embeddingWidth())));
  }

  private void warmUp() {
    int side = info.profile().maskInputSize();
    encode(List.of(new FramedPrompt(new float[2], new int[1], new float[side * side])));
  }

  @Override
  public FramedPrompt frame(Prompt prompt) {
    return framer.frame(prompt);
  }

  @Override
  public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
    TorchDevice.limitThreads();
    return sessions.with(session -> {
      List<EmbeddingTensor> sparse = session.sparseEmbeddings(prompts);
      Iterator<EmbeddingTensor> masks = session.maskEmbeddings(prompts).iterator();
      List<PromptEmbeddings> results = new ArrayList<>(prompts.size());
      for (int i = 0; i < prompts.size(); i++) {
        DenseEmbeddings dense =
            prompts.get(i).mask() == null ? noMask : maskEmbedding(masks.next());
        results.add(new PromptEmbeddings(sparse.get(i), dense));
      }
      return results;
    });
  }

  private DenseEmbeddings maskEmbedding(EmbeddingTensor values) {
    return switch (info.denseFormat()) {
      case FACTORED -> new Factored(values, projection);
      case FULL -> new Full(values);
    };
  }

  @Override
  public float[] densePositionalEncoding() {
    return sessions.with(Session::densePositionalEncoding);
  }

  @Override
  public EncoderInfo info() {
    return info;
  }

  @Override
  public PromptEncoderWeights weights() {
    return weights;
  }

  @Override
  public void close() {
    sessions.close();
  }
}
