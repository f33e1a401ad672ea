package io.promptstream.topology;

import io.promptstream.encoder.DenseEmbeddings;
import io.promptstream.encoder.DenseEmbeddings.Factored;
import io.promptstream.encoder.DenseEmbeddings.Full;
import io.promptstream.encoder.DenseEmbeddings.NoMask;
import io.promptstream.encoder.EmbeddingTensor;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.topology.encoding.EncodedEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the records of the wire from an event and its embeddings. */
final class EmbeddingRecords {
  private final String modelId;
  private final List<Integer> denseShape;

  EmbeddingRecords(EncoderInfo info) {
    modelId = info.modelId();
    int grid = info.profile().gridSize();
    denseShape = List.of(info.embeddingWidth(), grid, grid);
  }

  SparseEmbedding sparse(EncodedEvent encoded) {
    PromptEvent event = encoded.event();
    return new SparseEmbedding(
        event.getPromptId(),
        event.getImageId(),
        modelId,
        event.getImageSize(),
        tensor(encoded.embeddings().sparse()));
  }

  DenseEmbedding dense(EncodedEvent encoded) {
    PromptEvent event = encoded.event();
    DenseEmbeddings dense = encoded.embeddings().dense();
    if (dense instanceof NoMask noMask) {
      return dense(event, DenseEncoding.NO_MASK, noMask.values(), null);
    }
    if (dense instanceof Factored factored) {
      Projection projection = new Projection(
          tensor(factored.projection().weight()), tensor(factored.projection().bias()));
      return dense(event, DenseEncoding.FACTORED, factored.values(), projection);
    }
    return dense(event, DenseEncoding.FULL, ((Full) dense).values(), null);
  }

  private DenseEmbedding dense(
      PromptEvent event,
      DenseEncoding encoding,
      EmbeddingTensor values,
      @Nullable Projection projection) {
    return new DenseEmbedding(
        event.getPromptId(),
        event.getImageId(),
        modelId,
        event.getImageSize(),
        denseShape,
        encoding,
        tensor(values),
        projection);
  }

  private static Tensor tensor(EmbeddingTensor tensor) {
    return new Tensor(dataType(tensor.dataType()), tensor.shape(), tensor.data().duplicate());
  }

  private static DataType dataType(io.promptstream.encoder.DataType dataType) {
    return switch (dataType) {
      case FLOAT32 -> DataType.FLOAT32;
      case FLOAT16 -> DataType.FLOAT16;
      case BFLOAT16 -> DataType.BFLOAT16;
    };
  }
}
