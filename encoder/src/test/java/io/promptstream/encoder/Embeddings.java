package io.promptstream.encoder;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Decodes encoded tensors for comparison. */
public final class Embeddings {
  private Embeddings() {}

  /** Returns the elements as float32. */
  public static float[] floats(EmbeddingTensor tensor) {
    ByteBuffer data = tensor.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[data.remaining() / tensor.dataType().bytes()];
    for (int i = 0; i < values.length; i++) {
      values[i] = switch (tensor.dataType()) {
        case FLOAT32 -> data.getFloat();
        case FLOAT16 -> float16(data.getShort());
        case BFLOAT16 -> Float.intBitsToFloat(data.getShort() << 16);
      };
    }
    return values;
  }

  private static float float16(short half) {
    int exponent = half >> 10 & 0x1f;
    double fraction = half & 0x3ff;
    double magnitude =
        exponent == 0 ? Math.scalb(fraction, -24) : Math.scalb(1024 + fraction, exponent - 25);
    return (float) (half < 0 ? -magnitude : magnitude);
  }

  /** Expands to [C, G, G], in double arithmetic. */
  public static float[] expand(DenseEmbeddings dense, int places) {
    if (dense instanceof DenseEmbeddings.Full full) {
      return floats(full.values());
    }
    if (dense instanceof DenseEmbeddings.NoMask noMask) {
      float[] vector = floats(noMask.values());
      float[] expanded = new float[vector.length * places];
      for (int i = 0; i < expanded.length; i++) {
        expanded[i] = vector[i / places];
      }
      return expanded;
    }
    DenseEmbeddings.Factored factored = (DenseEmbeddings.Factored) dense;
    float[] values = floats(factored.values());
    float[] weight = floats(factored.projection().weight());
    float[] bias = floats(factored.projection().bias());
    int channels = values.length / places;
    float[] expanded = new float[bias.length * places];
    for (int c = 0; c < bias.length; c++) {
      for (int p = 0; p < places; p++) {
        double sum = bias[c];
        for (int k = 0; k < channels; k++) {
          sum += (double) weight[c * channels + k] * values[k * places + p];
        }
        expanded[c * places + p] = (float) sum;
      }
    }
    return expanded;
  }
}
