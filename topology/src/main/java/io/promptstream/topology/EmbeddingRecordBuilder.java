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

/** Builds the output records from an event and its embeddings. */
final class EmbeddingRecordBuilder {
  private EmbeddingRecordBuilder() {}

  static SparseEmbedding sparse(EncodedEvent encoded) {
    PromptEvent event = encoded.event();
    return new SparseEmbedding(
        event.getPromptId(),
        event.getImageId(),
        event.getObjectId(),
        encoded.model().encoder().info().modelId(),
        event.getImageSize(),
        tensor(encoded.embeddings().sparse()));
  }

  static DenseEmbedding dense(EncodedEvent encoded) {
    DenseEmbeddings dense = encoded.embeddings().dense();
    if (dense instanceof NoMask noMask) {
      return dense(encoded, DenseEncoding.NO_MASK, noMask.values(), null);
    }
    if (dense instanceof Factored factored) {
      Projection projection = new Projection(
          tensor(factored.projection().weight()), tensor(factored.projection().bias()));
      return dense(encoded, DenseEncoding.FACTORED, factored.values(), projection);
    }
    return dense(encoded, DenseEncoding.FULL, ((Full) dense).values(), null);
  }

  private static DenseEmbedding dense(
      EncodedEvent encoded,
      DenseEncoding encoding,
      EmbeddingTensor values,
      @Nullable Projection projection) {
    PromptEvent event = encoded.event();
    EncoderInfo info = encoded.model().encoder().info();
    int grid = info.profile().gridSize();
    return new DenseEmbedding(
        event.getPromptId(),
        event.getImageId(),
        event.getObjectId(),
        info.modelId(),
        event.getImageSize(),
        List.of(info.embeddingWidth(), grid, grid),
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
