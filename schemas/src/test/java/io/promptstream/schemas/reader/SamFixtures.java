package io.promptstream.schemas.reader;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A Segment Anything checkpoint, and the output of the official code for it. */
final class SamFixtures {
  private static final byte[] CHECKPOINT = read("hf_sam_like.safetensors");
  private static final int NPY_DATA = 128;

  private SamFixtures() {}

  /** Returns the model card of the checkpoint. */
  static ModelCard card() {
    Tensor weight = tensor("prompt_encoder.mask_embed.conv3.weight", List.of(256, 16));
    Tensor bias = tensor("prompt_encoder.mask_embed.conv3.bias", List.of(256));
    return ModelCard.newBuilder()
        .setModelId("fixture")
        .setFamily("sam")
        .setSource("hf_sam_like.safetensors")
        .setInputSize(1024)
        .setGridSize(64)
        .setMaskInputSize(256)
        .setEmbeddingWidth(256)
        .setPositionalEncodingGaussianMatrix(
            tensor("shared_image_embedding.positional_embedding", List.of(2, 128)))
        .setNoMaskEmbed(tensor("prompt_encoder.no_mask_embed.weight", List.of(256)))
        .setProjection(new Projection(weight, bias))
        .build();
  }

  /** Returns what the official {@code get_dense_pe()} returns: [256, 64, 64]. */
  static float[] densePositionalEncoding() {
    byte[] npy = read("dense_pe.npy");
    assertThat(new String(npy, 0, NPY_DATA, US_ASCII))
        .contains("'descr': '<f4'", "'fortran_order': False", "(256, 64, 64)");
    return TensorReader.floats(
        DataType.FLOAT32,
        256 * 64 * 64,
        ByteBuffer.wrap(npy, NPY_DATA, npy.length - NPY_DATA).slice());
  }

  /**
   * Reads a float32 tensor of the checkpoint, with another shape of the same number of elements.
   */
  private static Tensor tensor(String name, List<Integer> shape) {
    long header = ByteBuffer.wrap(CHECKPOINT).order(ByteOrder.LITTLE_ENDIAN).getLong();
    int data = Long.BYTES + Math.toIntExact(header);
    String names = new String(CHECKPOINT, Long.BYTES, Math.toIntExact(header), UTF_8);
    Matcher entry = Pattern.compile(Pattern.quote('"' + name + '"')
            + ": \\{\"dtype\": \"F32\", \"shape\": \\[([0-9, ]+)], "
            + "\"data_offsets\": \\[([0-9]+), ([0-9]+)]}")
        .matcher(names);
    assertThat(entry.find()).as(name).isTrue();
    assertThat(Stream.of(entry.group(1).split(", ", -1)).map(Integer::valueOf))
        .as(name)
        .filteredOn(extent -> extent > 1)
        .isEqualTo(shape);
    byte[] elements = Arrays.copyOfRange(
        CHECKPOINT,
        data + Integer.parseInt(entry.group(2)),
        data + Integer.parseInt(entry.group(3)));
    return new Tensor(DataType.FLOAT32, shape, ByteBuffer.wrap(elements));
  }

  private static byte[] read(String name) {
    String path = "/fixtures/sam/" + name;
    try (InputStream in = requireNonNull(SamFixtures.class.getResourceAsStream(path), path)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
