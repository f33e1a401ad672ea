package io.promptstream.encoder.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;

/**
 * Writes tensors in the safetensors format: in the given order, without gaps, with the data aligned
 * to eight bytes as in the official writer.
 */
final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /** Returns a file with these tensors, all of type F32. */
  static byte[] write(List<CanonicalTensors.Named> tensors, Map<String, String> metadata) {
    byte[] header = header(tensors, metadata);
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    int data = tensors.stream().mapToInt(tensor -> tensor.data().length).sum();
    ByteBuffer file = ByteBuffer.allocate(SafetensorsFile.LENGTH_BYTES + padded + data)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(padded)
        .put(header)
        .put(" ".repeat(padded - header.length).getBytes(UTF_8));
    tensors.forEach(tensor -> file.put(tensor.data()));
    return file.array();
  }

  private static byte[] header(List<CanonicalTensors.Named> tensors, Map<String, String> metadata) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = SafetensorsHeader.JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeObjectFieldStart(SafetensorsHeader.METADATA);
      for (Map.Entry<String, String> entry : metadata.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
      long begin = 0;
      for (CanonicalTensors.Named tensor : tensors) {
        writeEntry(json, tensor, begin);
        begin += tensor.data().length;
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // unreachable: writes only to memory
    }
    return bytes.toByteArray();
  }

  private static void writeEntry(JsonGenerator json, CanonicalTensors.Named tensor, long begin)
      throws IOException {
    json.writeObjectFieldStart(tensor.name());
    json.writeStringField(SafetensorsHeader.DTYPE, "F32");
    json.writeFieldName(SafetensorsHeader.SHAPE);
    long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
    json.writeArray(shape, 0, shape.length);
    json.writeFieldName(SafetensorsHeader.DATA_OFFSETS);
    json.writeArray(new long[] {begin, begin + tensor.data().length}, 0, 2);
    json.writeEndObject();
  }
}
