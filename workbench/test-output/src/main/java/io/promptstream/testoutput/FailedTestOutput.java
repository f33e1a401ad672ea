package io.promptstream.testoutput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintStream;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Captures what tests and their logs write to standard output and standard error, and shows it only
 * when a test or the set-up of a test class fails. The JUnit Platform finds this listener on the
 * class path.
 *
 * <p>Captures nothing with {@code -Dtest.output=all}. Assumes that tests run one at a time.
 */
public final class FailedTestOutput implements TestExecutionListener {
  private final TailBuffer output = new TailBuffer();
  private @Nullable PrintStream standardOutput;
  private @Nullable PrintStream standardError;

  @Override
  public void testPlanExecutionStarted(TestPlan plan) {
    if (System.getProperty("test.output", "").equals("all")) {
      return;
    }
    standardOutput = System.out;
    standardError = System.err;
    PrintStream captured = new PrintStream(output, true, UTF_8);
    System.setOut(captured);
    System.setErr(captured);
  }

  @Override
  public void executionFinished(TestIdentifier finished, TestExecutionResult result) {
    PrintStream target = standardOutput;
    if (target == null) {
      return;
    }
    String text = output.drain();
    if (result.getStatus() == Status.FAILED && !text.isEmpty()) {
      target.printf("--- Output of %s ---%n%s%n", finished.getUniqueId(), text.stripTrailing());
      target.println("--- End of output ---");
    }
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (standardOutput != null && standardError != null) {
      System.setOut(standardOutput);
      System.setErr(standardError);
      standardOutput = null;
    }
  }
}
