package io.promptstream.testoutput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

final class FailedTestOutputTest {
  private static final String INNER = "promptstream.inner.tests";

  @Test
  void shouldShowTheOutputOfATestThatFails() {
    assertThat(printedBy(Failing.class))
        .contains("before the failure", "an error line", "FailedTestOutputTest$Failing");
  }

  @Test
  void shouldHideTheOutputOfATestThatPasses() {
    assertThat(printedBy(Passing.class)).isEmpty();
  }

  @Test
  void shouldShowTheOutputOfASetUpThatFails() {
    assertThat(printedBy(FailingSetUp.class)).contains("set-up began");
  }

  @Test
  void shouldKeepTheEndOfALongOutput() {
    TailBuffer buffer = new TailBuffer();
    byte[] line = "0123456789abcde\n".getBytes(UTF_8);
    for (int written = 0; written < 5 * TailBuffer.CAPACITY; written += line.length) {
      buffer.write(line, 0, line.length);
    }
    buffer.write('!');

    assertThat(buffer.drain()).hasSize(TailBuffer.CAPACITY).endsWith("abcde\n!");
    assertThat(buffer.drain()).isEmpty();
  }

  /** Runs one class in a separate launcher and returns its standard output. */
  private static String printedBy(Class<?> tests) {
    PrintStream output = System.out;
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    System.setOut(new PrintStream(printed, true, UTF_8));
    System.setProperty(INNER, "true");
    try {
      LauncherFactory.create(LauncherConfig.builder()
              .enableTestExecutionListenerAutoRegistration(false)
              .addTestExecutionListeners(new FailedTestOutput())
              .build())
          .execute(LauncherDiscoveryRequestBuilder.request()
              .selectors(selectClass(tests))
              .build());
    } finally {
      System.clearProperty(INNER);
      System.setOut(output);
    }
    return printed.toString(UTF_8);
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  static final class Failing {
    @Test
    void fails() {
      System.out.println("before the failure");
      System.err.println("an error line");
      throw new AssertionError("on purpose");
    }
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  static final class Passing {
    @Test
    void passes() {
      System.out.println("nobody needs this");
    }
  }

  @EnabledIfSystemProperty(named = INNER, matches = "true")
  static final class FailingSetUp {
    @BeforeAll
    static void setUp() {
      System.out.println("set-up began");
      throw new IllegalStateException("on purpose");
    }

    @Test
    void neverRuns() {}
  }
}
