package io.promptstream.workbench.jmh;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import java.nio.ByteBuffer;
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
import org.openjdk.jmh.infra.Blackhole;

/** Measures the encoding of clicks in float32; {@link JmhTable} divides by their tokens. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 7, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@SuppressWarnings("NullAway.Init") // JMH calls setUp first
public class TokenBenchmark {
  /** Prompts in a window. */
  @Param({"1", "32", "256", "1024"})
  public int window;

  private PromptEncoder encoder;
  private List<FramedPrompt> prompts;
  private NDManager manager;
  private NDArray angles;
  private ByteBuffer output;

  /** Generates the prompts, and the data for the lower bounds. */
  @Setup(Level.Trial)
  public void setUp() {
    encoder = BenchmarkPrompts.encoder(DataType.FLOAT32, DenseFormat.FACTORED);
    prompts = BenchmarkPrompts.clicks(encoder, window);
    int tokens = BenchmarkPrompts.tokens(window);
    manager = Engine.getEngine("PyTorch").newBaseManager(Device.cpu());
    angles = manager.randomNormal(new Shape(tokens, BenchmarkPrompts.WIDTH / 2)).muli(6);
    output = ByteBuffer.allocateDirect(tokens * BenchmarkPrompts.WIDTH * Float.BYTES);
  }

  @TearDown(Level.Trial)
  public void tearDown() {
    manager.close();
    encoder.close();
  }

  /** Measures the whole call. */
  @Benchmark
  public List<PromptEmbeddings> encode() {
    return encoder.encode(prompts);
  }

  /** Lower bound: only the sines and cosines of as many values. */
  @Benchmark
  public void sineAndCosine() {
    angles.sin().close();
    angles.cos().close();
  }

  /** Lower bound: copies as many bytes, to a new array for each prompt. */
  @Benchmark
  public void copy(Blackhole blackhole) {
    int offset = 0;
    for (FramedPrompt prompt : prompts) {
      byte[] bytes = new byte[prompt.tokens() * BenchmarkPrompts.WIDTH * Float.BYTES];
      output.get(offset, bytes);
      blackhole.consume(bytes);
      offset += bytes.length;
    }
  }
}
