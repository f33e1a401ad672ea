package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/**
 * Writes weights in the safetensors format: in the order of {@link PromptEncoderTensor}, without
 * gaps, with the data aligned to eight bytes as in the official writer.
 */
final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /** Returns a file with the weights, all of type F32, under the names of the family's own code. */
  static byte[] write(PromptEncoderWeights weights, Map<String, String> metadata) {
    byte[] header = header(weights, metadata);
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    int elements =
        weights.tensors().values().stream().mapToInt(values -> values.length).sum();
    ByteBuffer file = ByteBuffer.allocate(
            SafetensorsFile.LENGTH_BYTES + padded + elements * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded)
        .put(header)
        .put(" ".repeat(padded - header.length).getBytes(UTF_8));
    FloatBuffer data = file.asFloatBuffer();
    weights.tensors().values().forEach(data::put);
    return file.array();
  }

  private static byte[] header(PromptEncoderWeights weights, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = UntrustedJson.FACTORY.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart(SafetensorsHeader.METADATA);
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      long begin = 0;
      for (FamilyDetector.Part part : FamilyDetector.official(weights.family()).parts()) {
        begin = writeEntry(
            json,
            part.names().get(0),
            part.shape(weights.embeddingWidth(), weights.maskChannels()),
            begin);
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // unreachable: writes only to memory
    }
    return bytes.toByteArray();
  }

  /** Returns the end of the tensor, relative to the start of the data. */
  private static long writeEntry(JsonGenerator json, String name, List<Long> shape, long begin)
      throws IOException {
    long[] extents = shape.stream().mapToLong(Long::longValue).toArray();
    long end = begin + LongStream.of(extents).reduce(Float.BYTES, Math::multiplyExact);
    json.writeObjectFieldStart(name);
    json.writeStringField(SafetensorsHeader.DTYPE, "F32");
    json.writeFieldName(SafetensorsHeader.SHAPE);
    json.writeArray(extents, 0, extents.length);
    json.writeFieldName(SafetensorsHeader.DATA_OFFSETS);
    json.writeArray(new long[] {begin, end}, 0, 2);
    json.writeEndObject();
    return end;
  }
}
