package io.promptstream.workbench.demo;

import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.cli.CommandFailedException;
import io.promptstream.topology.promptfile.PromptFile;
import io.promptstream.topology.promptfile.PromptFileException;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.report.PromptOutcome;
import io.promptstream.workbench.report.ReportData;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Takes the prompts of a file through a pipeline, one after the other. */
public final class Demo {
  /** A page with more pictures than this is no use to anyone, and no browser likes it. */
  public static final int MAX_PROMPTS = 500;

  private Demo() {}

  /**
   * Reads a prompt file whole.
   *
   * @throws PromptFileException if it cannot be read
   * @throws CommandFailedException if it has no prompts, or more than {@link #MAX_PROMPTS}
   */
  public static List<PromptEvent> read(Path file) {
    try (Stream<PromptEvent> prompts = PromptFile.read(file)) {
      List<PromptEvent> events = prompts.limit(MAX_PROMPTS + 1L).toList();
      if (events.isEmpty()) {
        throw new CommandFailedException(file + " has no prompts");
      }
      if (events.size() > MAX_PROMPTS) {
        throw new CommandFailedException(
            "%s has more than %d prompts; use local and send for so many"
                .formatted(file, MAX_PROMPTS));
      }
      return events;
    }
  }

  /** Returns the prompts that come with the project. */
  public static Path examplePrompts() {
    Properties build = new Properties();
    try (InputStream in = Demo.class.getResourceAsStream("examples.properties")) {
      build.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Path.of(build.getProperty("directory"), "prompts.jsonl");
  }

  /**
   * Sends every event and waits for what comes of it.
   *
   * @param each is told of each outcome as it comes
   */
  public static ReportData run(
      LocalPipeline pipeline, List<PromptEvent> events, Consumer<PromptOutcome> each)
      throws InterruptedException {
    try (DemoClient client = new DemoClient(pipeline.config(), pipeline.bootstrapServers())) {
      List<PromptOutcome> outcomes = new ArrayList<>();
      for (PromptEvent event : events) {
        PromptOutcome outcome = client.send(event);
        outcomes.add(outcome);
        each.accept(outcome);
      }
      return new ReportData(
          "PromptStream demo",
          pipeline.encoder().info(),
          pipeline.encoder().densePositionalEncoding(),
          client.counts(),
          outcomes);
    }
  }
}
