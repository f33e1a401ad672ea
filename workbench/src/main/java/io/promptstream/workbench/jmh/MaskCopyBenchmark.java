package io.promptstream.workbench.jmh;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Lower bound of {@link MaskBenchmark}: copies the bytes of one result to a new array. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class MaskCopyBenchmark {
  private static final int GRID_CELLS = 64 * 64;
  private static final int MASK_CHANNELS = 16;

  /** Format of the result. */
  @Param({"FACTORED", "FULL"})
  public DenseFormat format;

  /** Element type of the result. */
  @Param({"FLOAT32", "FLOAT16"})
  public DataType dataType;

  private ByteBuffer output;

  /** Allocates the memory to copy from. */
  @Setup(Level.Trial)
  public void setUp() {
    int channels = format == DenseFormat.FULL ? BenchmarkPrompts.WIDTH : MASK_CHANNELS;
    output = ByteBuffer.allocateDirect(channels * GRID_CELLS * dataType.bytes());
  }

  /** Measures the copy. */
  @Benchmark
  public byte[] copy() {
    byte[] bytes = new byte[output.capacity()];
    output.get(0, bytes);
    return bytes;
  }
}
