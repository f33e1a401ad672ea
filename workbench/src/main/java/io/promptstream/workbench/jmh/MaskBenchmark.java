package io.promptstream.workbench.jmh;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import java.util.List;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the encoding of a window of masks; {@link JmhTable} divides by their number. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH sets the parameters and calls setUp first
public class MaskBenchmark {
  /** Masks in a window. */
  @Param({"1", "4", "16"})
  public int masks;

  /** Format of the result. */
  @Param({"FACTORED", "FULL"})
  public DenseFormat format;

  /** Element type of the result. */
  @Param({"FLOAT32", "FLOAT16"})
  public DataType dataType;

  private PromptEncoder encoder;
  private List<FramedPrompt> prompts;

  /** Generates the masks. */
  @Setup(Level.Trial)
  public void setUp() {
    encoder = BenchmarkPrompts.encoder(dataType, format);
    prompts = BenchmarkPrompts.masks(encoder, masks);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    encoder.close();
  }

  /** Measures the whole call. */
  @Benchmark
  public List<PromptEmbeddings> encode() {
    return encoder.encode(prompts);
  }
}
