package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checkpoints of 5 GiB, nearly all of it a hole that takes no room on the disk. */
class HugeCheckpointTest {
  private static final long HOLE = 5L << 30;
  private static final long READ_AT_MOST = 64 << 10;

  @TempDir
  private Path directory;

  @Test
  void shouldReadLittleOfAHugeSafetensorsFile() throws IOException {
    Map<String, TestTensors.Tensor> ours = TestTensors.small(Naming.HUGGING_FACE);
    List<String> entries = new ArrayList<>();
    entries.add(TestTensors.entry("vision_encoder.x", "F32", List.of(HOLE / 4), 0, HOLE));
    long end = HOLE;
    for (Map.Entry<String, TestTensors.Tensor> entry : ours.entrySet()) {
      long begin = end;
      end += entry.getValue().float32().length;
      entries.add(TestTensors.entry(entry.getKey(), "F32", entry.getValue().shape(), begin, end));
    }
    byte[] header = TestTensors.safetensors("{" + String.join(",", entries) + "}", new byte[0]);
    Path file = directory.resolve("huge.safetensors");
    try (SeekableByteChannel out = create(file)) {
      out.write(ByteBuffer.wrap(header));
      out.position(header.length + HOLE);
      for (TestTensors.Tensor tensor : ours.values()) {
        out.write(ByteBuffer.wrap(tensor.float32()));
      }
    }

    assertReadsLittleOf(file, ours);
  }

  @Test
  void shouldReadLittleOfAHugeTorchZip() throws IOException {
    Map<String, TestTensors.Tensor> ours = TestTensors.small(Naming.SEGMENT_ANYTHING);
    Path file = directory.resolve("huge.pth");
    try (SeekableByteChannel out = create(file)) {
      new Zip64Writer(out)
          .hole("archive/data/image_encoder", HOLE)
          .copy(TestTensors.torchZip(ours));
    }

    assertReadsLittleOf(file, ours);
  }

  private static SeekableByteChannel create(Path file) throws IOException {
    return Files.newByteChannel(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
  }

  private static void assertReadsLittleOf(Path file, Map<String, TestTensors.Tensor> expected)
      throws IOException {
    assertThat(Files.size(file)).isGreaterThan(HOLE);
    try (CountingChannel channel = new CountingChannel(Files.newByteChannel(file))) {
      PromptEncoderWeights weights = Checkpoints.read(channel, new WeightsOrigin.Seed(0));

      assertThat(weights)
          .usingRecursiveComparison()
          .isEqualTo(WeightsReader.read(new InMemoryTensors(expected), new WeightsOrigin.Seed(0)));
      assertThat(channel.bytesRead()).isPositive().isLessThan(READ_AT_MOST);
    }
  }
}
