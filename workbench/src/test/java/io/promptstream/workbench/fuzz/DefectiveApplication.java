package io.promptstream.workbench.fuzz;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.EmbeddingTensor;
import io.promptstream.encoder.ForwardingPromptEncoder;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.Point;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.workbench.process.ApplicationProcess;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The application with two defects: coordinates that are not finite become 0, and the sign of the
 * first value of a prompt with exactly three tokens is flipped.
 */
public final class DefectiveApplication {
  private static final int TOKENS = 3;

  private DefectiveApplication() {}

  /** Takes the same arguments as {@link FuzzApplication}. */
  public static void main(String[] arguments) {
    ApplicationProcess.run(arguments[0], Defective::new);
  }

  private static final class Defective extends ForwardingPromptEncoder {
    Defective(PromptEncoder real) {
      super(real);
    }

    @Override
    public FramedPrompt frame(Prompt prompt) {
      List<Point> points = prompt.points().stream()
          .map(point -> new Point(finite(point.x()), finite(point.y()), point.label()))
          .toList();
      return super.frame(new Prompt(prompt.imageSize(), points, prompt.box(), prompt.mask()));
    }

    private static double finite(double coordinate) {
      return Double.isFinite(coordinate) ? coordinate : 0;
    }

    @Override
    public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
      return super.encode(prompts).stream().map(Defective::flipped).toList();
    }

    private static PromptEmbeddings flipped(PromptEmbeddings embeddings) {
      EmbeddingTensor sparse = embeddings.sparse();
      if (sparse.shape().get(0) != TOKENS || sparse.dataType() != DataType.FLOAT32) {
        return embeddings;
      }
      ByteBuffer data = ByteBuffer.allocate(sparse.data().remaining());
      data.put(sparse.data().duplicate()).flip();
      // Little-endian: the sign is in the last byte.
      int sign = Float.BYTES - 1;
      data.put(sign, (byte) (data.get(sign) ^ 0x80));
      return new PromptEmbeddings(
          new EmbeddingTensor(sparse.dataType(), sparse.shape(), data), embeddings.dense());
    }
  }
}
