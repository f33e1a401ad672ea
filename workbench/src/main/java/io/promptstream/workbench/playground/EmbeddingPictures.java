package io.promptstream.workbench.playground;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.encoder.FrameRule;
import io.promptstream.encoder.Profile;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.reader.PromptEmbedding;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.report.PositionalGrid;
import io.promptstream.workbench.report.PrincipalComponents;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns embeddings into what a page draws: how similar each token is to the positional encoding of
 * each cell, and the principal components of a mask. Not thread-safe.
 */
final class EmbeddingPictures {
  private static final int MAX_TOKENS = 32;
  private static final int MAX_MAPS = 2_000;
  private static final int SHOWN_VALUES = 8;

  private final Map<String, PositionalGrid> grids = new HashMap<>();

  /** Most tokens of a prompt are those of the prompt before it. */
  private final Map<List<Object>, byte[]> maps = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<List<Object>, byte[]> eldest) {
      return size() > MAX_MAPS;
    }
  };

  /** Returns the message with the maps, and both records in short. */
  ObjectNode message(PromptEmbedding embedding, PromptStreamConfig config) {
    ModelCard card = embedding.card();
    int side = card.getGridSize();
    int width = card.getEmbeddingWidth();
    Profile profile = Profile.named(card.getFamily()).orElse(Profile.SAM);
    ObjectNode message = Messages.message("embedding")
        .put("prompt_id", embedding.promptId())
        .put("side", side)
        .put("pads", profile.frameRule() == FrameRule.LONGEST_SIDE)
        .put("corners_first", profile.tokenRule().cornersFirst());
    PositionalGrid grid = grids.computeIfAbsent(
        card.getModelId(), unused -> new PositionalGrid(side, width, embedding.imagePe()));
    float[][] tokens = embedding.sparse();
    ArrayNode similarities = message.putArray("tokens");
    ObjectNode sparse = value(embedding);
    sparse.putArray("shape").add(tokens.length).add(width);
    ArrayNode rows = sparse.putArray("values");
    for (float[] token : Arrays.copyOf(tokens, Math.min(tokens.length, MAX_TOKENS))) {
      similarities.add(maps.computeIfAbsent(
          List.of(card.getModelId(), FloatBuffer.wrap(token)),
          unused -> grid.similarity(token).bytes()));
      ArrayNode row = rows.addArray();
      for (float number : Arrays.copyOf(token, SHOWN_VALUES)) {
        row.add(number);
      }
      row.add("…");
    }
    ObjectNode dense =
        value(embedding).put("encoding", embedding.denseEncoding().name());
    dense.putArray("shape").add(width).add(side).add(side);
    if (embedding.denseEncoding() != DenseEncoding.NO_MASK) {
      message.put("mask", PrincipalComponents.of(embedding.dense(), side, side).bytes());
    }
    int partition = embedding.partition();
    message.set(
        "sparse",
        Messages.record(
            config.sparseTopic(),
            partition,
            embedding.sparseOffset(),
            embedding.sparseBytes(),
            sparse));
    message.set(
        "dense",
        Messages.record(
            config.denseTopic(),
            partition,
            embedding.denseOffset(),
            embedding.denseBytes(),
            dense));
    return message;
  }

  private static ObjectNode value(PromptEmbedding embedding) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("prompt_id", embedding.promptId())
        .put("image_id", embedding.imageId())
        .put("object_id", embedding.objectId())
        .put("model_id", embedding.card().getModelId());
  }
}
