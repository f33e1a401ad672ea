package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.DenseEmbeddings;
import io.promptstream.encoder.DenseEmbeddings.Factored;
import io.promptstream.encoder.DenseEmbeddings.Full;
import io.promptstream.encoder.DenseEmbeddings.NoMask;
import io.promptstream.encoder.EmbeddingTensor;
import io.promptstream.encoder.MaskLogits;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.workbench.fuzz.Reading.RawMask;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Encodes each prompt alone and compares the result byte for byte with the actual output. */
final class Reference {
  private final PromptEncoder encoder;

  Reference(PromptEncoder encoder) {
    this.encoder = encoder;
  }

  /** Returns how a sparse embedding differs from the reference, if it does. */
  Optional<String> differs(Reading reading, SparseEmbedding actual) {
    if (!actual.getPromptId().equals(reading.promptId())
        || !actual.getImageId().equals(reading.imageId())
        || !actual.getModelId().equals(encoder.info().modelId())
        || !same(reading.size(), actual.getImageSize())) {
      return Optional.of("ids, model or image size differ");
    }
    return differs("embedding", encode(reading).sparse(), actual.getEmbedding());
  }

  /** Returns how a dense embedding differs from the reference, if it does. */
  Optional<String> differs(Reading reading, DenseEmbedding actual) {
    if (!actual.getPromptId().equals(reading.promptId())
        || !actual.getImageId().equals(reading.imageId())
        || !actual.getModelId().equals(encoder.info().modelId())
        || !same(reading.size(), actual.getImageSize())
        || !actual.getShape().equals(List.of(256, 64, 64))) {
      return Optional.of("ids, model, image size or shape differ");
    }
    DenseEmbeddings expected = encode(reading).dense();
    if (expected instanceof NoMask noMask) {
      return actual.getEncoding() == DenseEncoding.NO_MASK && actual.getProjection() == null
          ? differs("values", noMask.values(), actual.getValues())
          : Optional.of("it is not NO_MASK");
    }
    if (expected instanceof Factored factored) {
      return actual.getEncoding() == DenseEncoding.FACTORED && actual.getProjection() != null
          ? differs("values", factored.values(), actual.getValues())
              .or(() -> differs(
                  "weight",
                  factored.projection().weight(),
                  actual.getProjection().getWeight()))
              .or(() -> differs(
                  "bias", factored.projection().bias(), actual.getProjection().getBias()))
          : Optional.of("it is not FACTORED");
    }
    return differs("values", ((Full) expected).values(), actual.getValues());
  }

  private PromptEmbeddings encode(Reading reading) {
    Prompt prompt = new Prompt(reading.size(), reading.points(), reading.box(), mask(reading));
    return encoder.encode(List.of(encoder.frame(prompt))).get(0);
  }

  private static @Nullable MaskLogits mask(Reading reading) {
    if (reading.imageMask() != null) {
      return PixelMask.of(reading.imageMask(), reading.size()).orElseThrow().logits();
    }
    RawMask mask = reading.mask();
    return mask == null ? null : new MaskLogits(mask.height(), mask.width(), Logits.of(mask));
  }

  private static boolean same(
      io.promptstream.encoder.@Nullable ImageSize expected, @Nullable ImageSize actual) {
    return Objects.equals(
        expected,
        actual == null
            ? null
            : new io.promptstream.encoder.ImageSize(actual.getHeight(), actual.getWidth()));
  }

  private static Optional<String> differs(String name, EmbeddingTensor expected, Tensor actual) {
    if (!actual.getDataType().name().equals(expected.dataType().name())
        || !actual.getShape().equals(expected.shape())) {
      return Optional.of("%s is %s of %s, not %s of %s"
          .formatted(
              name,
              actual.getDataType(),
              actual.getShape(),
              expected.dataType(),
              expected.shape()));
    }
    if (!actual.getData().equals(expected.data())) {
      return Optional.of(name + " has other values");
    }
    return finite(actual)
        ? Optional.empty()
        : Optional.of(name + " has values that are not finite");
  }

  private static boolean finite(Tensor tensor) {
    var floats = tensor.getData().duplicate().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    while (floats.hasRemaining()) {
      if (!Float.isFinite(floats.get())) {
        return false;
      }
    }
    return true;
  }
}
