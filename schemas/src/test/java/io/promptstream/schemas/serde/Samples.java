package io.promptstream.schemas.serde;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import java.nio.ByteBuffer;
import java.util.List;

/** One record of each kind and variant. */
final class Samples {
  private static final ImageSize TRUCK = new ImageSize(1200, 1800);

  static {
    // A builder copies records before a test has a serde.
    TrustedRecords.add();
  }

  private Samples() {}

  static PromptEvent prompt() {
    return PromptEvent.newBuilder()
        .setPromptId("p-1")
        .setImageId("truck.jpg")
        .setObjectId("car-1")
        .setImageSize(TRUCK)
        .setPoints(List.of(
            new Point(500.0, 375.0, PointLabel.FOREGROUND),
            new Point(575.5, 750.25, PointLabel.BACKGROUND)))
        .setBox(new Box(425.0, 600.0, 700.0, 875.0))
        .setMask(new LogitsMask(DataType.FLOAT32, 2, 3, bytes(24)))
        .build();
  }

  static PromptEvent masked(Object mask) {
    return PromptEvent.newBuilder(prompt()).setMask(mask).build();
  }

  static PromptEvent emptyPrompt() {
    return PromptEvent.newBuilder().setPromptId("").setImageId("").build();
  }

  static PromptAction action() {
    return PromptAction.newBuilder()
        .setActionId("a-1")
        .setSessionId("s-1")
        .setImageId("truck.jpg")
        .setImageSize(TRUCK)
        .setAction(new AddPoint(new Point(500.0, 375.0, PointLabel.FOREGROUND)))
        .build();
  }

  static SparseEmbedding sparse() {
    return SparseEmbedding.newBuilder()
        .setPromptId("p-1")
        .setImageId("truck.jpg")
        .setObjectId("car-1")
        .setModelId("sam-0123456789ab")
        .setImageSize(TRUCK)
        .setEmbedding(tensor(DataType.FLOAT32, 2, 8))
        .build();
  }

  static SparseEmbedding sparseWithoutTokens() {
    return SparseEmbedding.newBuilder(sparse())
        .clearImageSize()
        .setEmbedding(tensor(DataType.BFLOAT16, 0, 8))
        .build();
  }

  static DenseEmbedding noMask() {
    return dense(DenseEncoding.NO_MASK, tensor(DataType.FLOAT16, 8)).build();
  }

  static DenseEmbedding full() {
    return dense(DenseEncoding.FULL, tensor(DataType.BFLOAT16, 8, 2, 3)).build();
  }

  static DenseEmbedding factored() {
    return dense(DenseEncoding.FACTORED, tensor(DataType.FLOAT32, 4, 2, 3))
        .setProjection(new Projection(tensor(DataType.FLOAT32, 8, 4), tensor(DataType.FLOAT32, 8)))
        .build();
  }

  static ModelCard modelCard() {
    return ModelCard.newBuilder()
        .setModelId("sam-0123456789ab")
        .setFamily("sam")
        .setSource("seed:1 — é 猫")
        .setInputSize(1024)
        .setGridSize(64)
        .setMaskInputSize(256)
        .setEmbeddingWidth(8)
        .setPositionalEncodingGaussianMatrix(tensor(DataType.FLOAT32, 2, 4))
        .setNoMaskEmbed(tensor(DataType.FLOAT32, 8))
        .setProjection(new Projection(tensor(DataType.FLOAT32, 8, 4), tensor(DataType.FLOAT32, 8)))
        .build();
  }

  private static DenseEmbedding.Builder dense(DenseEncoding encoding, Tensor values) {
    return DenseEmbedding.newBuilder()
        .setPromptId("p-1")
        .setImageId("truck.jpg")
        .setObjectId("car-1")
        .setModelId("sam-0123456789ab")
        .setImageSize(TRUCK)
        .setShape(List.of(8, 2, 3))
        .setEncoding(encoding)
        .setValues(values);
  }

  private static Tensor tensor(DataType type, Integer... shape) {
    int elements = List.of(shape).stream().reduce(1, Math::multiplyExact);
    return new Tensor(type, List.of(shape), bytes(elements * (type == DataType.FLOAT32 ? 4 : 2)));
  }

  private static ByteBuffer bytes(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (i * 7 + 1);
    }
    return ByteBuffer.wrap(bytes);
  }
}
