package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Writes checkpoints that consist mostly of holes, which take no disk space. */
final class HugeCheckpoints {
  private HugeCheckpoints() {}

  static Path safetensors(Path file, long hole, Map<String, TestTensors.Tensor> tensors)
      throws IOException {
    List<String> entries = new ArrayList<>();
    entries.add(TestTensors.entry("vision_encoder.x", "F32", List.of(hole / 4), 0, hole));
    long end = hole;
    for (Map.Entry<String, TestTensors.Tensor> entry : tensors.entrySet()) {
      long begin = end;
      end += entry.getValue().float32().length;
      entries.add(TestTensors.entry(entry.getKey(), "F32", entry.getValue().shape(), begin, end));
    }
    byte[] header = TestTensors.safetensors("{" + String.join(",", entries) + "}", new byte[0]);
    try (SeekableByteChannel out = create(file)) {
      out.write(ByteBuffer.wrap(header));
      out.position(header.length + hole);
      for (TestTensors.Tensor tensor : tensors.values()) {
        out.write(ByteBuffer.wrap(tensor.float32()));
      }
    }
    return file;
  }

  /** Writes a zip with hundreds of entries before the prompt encoder's, as in a real checkpoint. */
  static Path torchZip(Path file, long hole, byte[] zip) throws IOException {
    int others = 300;
    try (SeekableByteChannel out = create(file)) {
      Zip64Writer writer = new Zip64Writer(out);
      for (int i = 0; i < others; i++) {
        writer.hole("archive/data/image_encoder" + i, hole / others);
      }
      writer.copy(zip);
    }
    return file;
  }

  private static SeekableByteChannel create(Path file) throws IOException {
    return Files.newByteChannel(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
  }
}
