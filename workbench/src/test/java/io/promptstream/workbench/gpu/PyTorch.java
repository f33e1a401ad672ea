package io.promptstream.workbench.gpu;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.util.List;

/** The same network run by PyTorch in a separate process, {@code reference_encoder.py}. */
final class PyTorch implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final BufferedWriter tasks;
  private final String description;

  private PyTorch(Process process) throws IOException {
    this.process = process;
    answers = process.inputReader(UTF_8);
    tasks = process.outputWriter(UTF_8);
    description = answer();
  }

  /**
   * Starts the process.
   *
   * @param python command with PyTorch
   * @param script {@code reference_encoder.py}
   * @param checkpoint file of the weights
   * @param device {@code cuda} or {@code cpu}
   * @throws IOException if it does not start; its output is on standard error
   */
  static PyTorch start(String python, String script, String checkpoint, String device)
      throws IOException {
    Process process = new ProcessBuilder(List.of(python, script, checkpoint, device))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    try {
      return new PyTorch(process);
    } catch (IOException e) {
      process.destroyForcibly();
      throw e;
    }
  }

  /** Returns version and device. */
  String description() {
    return description;
  }

  /** Returns the seconds that one call takes. */
  double seconds(Task task) throws IOException {
    tasks.write(task.command() + '\n');
    tasks.flush();
    return Double.parseDouble(answer());
  }

  private String answer() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("reference_encoder.py ended; see its output above");
    }
    return line;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
