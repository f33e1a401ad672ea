package io.promptstream.workbench.demo;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.application.promptfile.PromptFile;
import io.promptstream.application.promptfile.PromptFileException;
import io.promptstream.schemas.PromptEvent;
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

/** Sends the prompts of a file through a pipeline, one at a time. */
public final class Demo {
  /** Limit on prompts: browsers struggle with a report that has more pictures. */
  public static final int MAX_PROMPTS = 500;

  private Demo() {}

  /**
   * Reads all prompts of a file.
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
            "%s has more than %d prompts; use the commands local and send instead"
                .formatted(file, MAX_PROMPTS));
      }
      return events;
    }
  }

  /** Returns the file of example prompts. */
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
   * Sends each event and waits for its result.
   *
   * @param listener receives each outcome when it arrives
   */
  public static ReportData run(
      LocalPipeline pipeline, List<PromptEvent> events, Consumer<PromptOutcome> listener)
      throws InterruptedException {
    try (DemoClient client = new DemoClient(pipeline.config(), pipeline.bootstrapServers())) {
      List<PromptOutcome> outcomes = new ArrayList<>();
      for (PromptEvent event : events) {
        PromptOutcome outcome = client.send(event);
        outcomes.add(outcome);
        listener.accept(outcome);
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
