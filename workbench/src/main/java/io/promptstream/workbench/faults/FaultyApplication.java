package io.promptstream.workbench.faults;

import io.promptstream.workbench.faults.FaultyEncoder.Failure;
import io.promptstream.workbench.process.ApplicationProcess;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Main class of an instance: the real application with an encoder that fails when the parent
 * process writes a line with a {@link Failure}.
 */
public final class FaultyApplication {
  private FaultyApplication() {}

  /** Takes a properties file of settings. */
  public static void main(String[] arguments) {
    AtomicReference<@Nullable Failure> next = new AtomicReference<>();
    ApplicationProcess.run(
        arguments[0],
        model -> new FaultyEncoder(model, next),
        ApplicationProcess::start,
        line -> next.set(Failure.valueOf(line)));
  }
}
