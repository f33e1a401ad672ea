package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.promptstream.encoder.checkpoint.TorchZipBuilder.Storage;
import java.io.IOException;
import java.lang.management.ManagementFactory;
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

/** Checkpoints of several GB that consist mostly of holes, which take no disk space. */
class HugeCheckpointTest {
  private static final long HOLE = 5L << 30;
  private static final long READ_AT_MOST = 64 << 10;

  private static final int OTHER_TENSORS = 600;
  private static final long OTHER_BYTES = 4_400_000;

  @TempDir
  private Path directory;

  @Test
  void shouldReadLittleOfAHugeSafetensorsFile() throws IOException {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.HUGGING_FACE);
    List<String> entries = new ArrayList<>();
    entries.add(TestTensors.entry("vision_encoder.x", "F32", List.of(HOLE / 4), 0, HOLE));
    long end = HOLE;
    for (Map.Entry<String, TestTensors.Tensor> entry : tensors.entrySet()) {
      long begin = end;
      end += entry.getValue().float32().length;
      entries.add(TestTensors.entry(entry.getKey(), "F32", entry.getValue().shape(), begin, end));
    }
    byte[] header = TestTensors.safetensors("{" + String.join(",", entries) + "}", new byte[0]);
    Path file = directory.resolve("huge.safetensors");
    try (SeekableByteChannel out = create(file)) {
      out.write(ByteBuffer.wrap(header));
      out.position(header.length + HOLE);
      for (TestTensors.Tensor tensor : tensors.values()) {
        out.write(ByteBuffer.wrap(tensor.float32()));
      }
    }

    assertReadsLittleOf(file, tensors);
  }

  @Test
  void shouldReadLittleOfAHugeTorchZip() throws IOException {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.SEGMENT_ANYTHING);
    Path file = directory.resolve("huge.pth");
    try (SeekableByteChannel out = create(file)) {
      new Zip64Writer(out)
          .hole("archive/data/image_encoder", HOLE)
          .copy(TestTensors.torchZip(tensors));
    }

    assertReadsLittleOf(file, tensors);
  }

  /** Uses the size and the number of tensors of SAM's largest checkpoint. */
  @Test
  void shouldLoadALargeTorchZipInLittleMemory() throws IOException {
    Map<String, TestTensors.Tensor> tensors = official(FamilyDetector.SEGMENT_ANYTHING);
    TorchZipBuilder torch = TestTensors.torch(tensors);
    for (int i = 0; i < OTHER_TENSORS; i++) {
      Storage storage = new Storage("FloatStorage", "image-" + i, OTHER_BYTES / 4);
      List<Long> shape = List.of(OTHER_BYTES / 4);
      torch.view("image_encoder.blocks.%d.weight".formatted(i), storage, 0, shape, List.of(1L));
    }
    Path file = directory.resolve("large.pth");
    try (SeekableByteChannel out = create(file)) {
      Zip64Writer zip = new Zip64Writer(out);
      for (int i = 0; i < OTHER_TENSORS; i++) {
        zip.hole("archive/data/image-" + i, OTHER_BYTES);
      }
      zip.copy(torch.zip());
    }

    assertLoadsInLittleMemory(file, tensors);
  }

  @Test
  void shouldLoadALargeSafetensorsFileInLittleMemory() throws IOException {
    Map<String, TestTensors.Tensor> tensors = official(FamilyDetector.HUGGING_FACE_SAM2);
    List<String> entries = new ArrayList<>();
    long end = 0;
    for (int i = 0; i < OTHER_TENSORS; i++) {
      String name = "vision_encoder.layers.%d.weight".formatted(i);
      List<Long> shape = List.of(OTHER_BYTES / 2);
      entries.add(TestTensors.entry(name, "BF16", shape, end, end + OTHER_BYTES));
      end += OTHER_BYTES;
    }
    long begin = end;
    for (Map.Entry<String, TestTensors.Tensor> entry : tensors.entrySet()) {
      long first = end;
      end += entry.getValue().float32().length;
      entries.add(TestTensors.entry(entry.getKey(), "F32", entry.getValue().shape(), first, end));
    }
    byte[] header = TestTensors.safetensors("{" + String.join(",", entries) + "}", new byte[0]);
    Path file = directory.resolve("large.safetensors");
    try (SeekableByteChannel out = create(file)) {
      out.write(ByteBuffer.wrap(header));
      out.position(header.length + begin);
      for (TestTensors.Tensor tensor : tensors.values()) {
        out.write(ByteBuffer.wrap(tensor.float32()));
      }
    }

    assertLoadsInLittleMemory(file, tensors);
  }

  private static Map<String, TestTensors.Tensor> official(FamilyDetector naming) {
    return TestTensors.named(naming, Checkpoints.read("seed:3"));
  }

  private static void assertLoadsInLittleMemory(Path file, Map<String, TestTensors.Tensor> expected)
      throws IOException {
    assertThat(Files.size(file)).isGreaterThan(2_600_000_000L);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (CheckpointChannel channel = new CheckpointChannel(Files.newByteChannel(file))) {
      long before = threads.getCurrentThreadAllocatedBytes();
      PromptEncoderWeights weights = TestTensors.read(channel, new WeightsOrigin.Seed(0));
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;

      assertThat(weights)
          .usingRecursiveComparison()
          .isEqualTo(WeightsReader.read(new InMemoryTensors(expected), new WeightsOrigin.Seed(0)));
      assertThat(channel.bytesRead()).isPositive().isLessThan(1 << 20);
      // The total allocation is an upper bound of the heap usage.
      assertThat(allocated).isPositive().isLessThan(64 << 20);
    }
  }

  private static SeekableByteChannel create(Path file) throws IOException {
    return Files.newByteChannel(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
  }

  private static void assertReadsLittleOf(Path file, Map<String, TestTensors.Tensor> expected)
      throws IOException {
    assertThat(Files.size(file)).isGreaterThan(HOLE);
    try (CheckpointChannel channel = new CheckpointChannel(Files.newByteChannel(file))) {
      PromptEncoderWeights weights = TestTensors.read(channel, new WeightsOrigin.Seed(0));

      assertThat(weights)
          .usingRecursiveComparison()
          .isEqualTo(WeightsReader.read(new InMemoryTensors(expected), new WeightsOrigin.Seed(0)));
      assertThat(channel.bytesRead()).isPositive().isLessThan(READ_AT_MOST);
    }
  }
}
