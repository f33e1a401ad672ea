package io.promptstream.workbench.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.promptstream.encoder.EncoderInfo;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes a report as a single HTML file without scripts or external references. */
public final class HtmlReport {
  private final ReportData data;
  private final List<PromptResult> results;
  private final List<PromptFailure> failures;

  private HtmlReport(ReportData data) {
    this.data = data;
    this.results = only(PromptResult.class, data.outcomes());
    this.failures = only(PromptFailure.class, data.outcomes());
  }

  /**
   * Writes a report.
   *
   * @param data content of the report
   * @param file the file, which is overwritten; its directory must exist
   * @throws IOException if it cannot be written
   * @throws IllegalArgumentException if an embedding is inconsistent or does not fit the model
   */
  public static void write(ReportData data, Path file) throws IOException {
    try (Writer out = Files.newBufferedWriter(file, UTF_8)) {
      new HtmlReport(data).appendTo(out);
    }
  }

  /** Appends the page prompt by prompt, to save memory. */
  private void appendTo(Appendable out) throws IOException {
    EncoderInfo model = data.model();
    PositionalGrid positions = new PositionalGrid(
        model.profile().gridSize(), model.embeddingWidth(), data.densePositionalEncoding());
    PromptSection section = new PromptSection(positions, model.profile());
    out.append(head()).append(summary()).append(failureTable()).append(legend());
    for (PromptResult result : results) {
      out.append(section.html(result));
    }
    out.append("</main>\n</body>\n</html>\n");
  }

  private String head() throws IOException {
    String title = Html.escape(data.title());
    return """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        <main>
        <h1>%s</h1>
        """.formatted(title, stylesheet(), title);
  }

  private String summary() {
    EncoderInfo model = data.model();
    String note = model.randomWeights() ? """
            <p class="random-weights" role="note"><strong>Random weights, not trained.</strong> These \
            embeddings have the right shape and geometry, but no mask decoder can use them.</p>
            """ : "";
    return """
        <p class="model">Model <code>%s</code>, profile %s, %s embeddings on %s.</p>
        %s<div class="tiles">
        %s</div>
        """.formatted(
            Html.escape(model.modelId()),
            Html.escape(model.profile().name()),
            model.dataType().name().toLowerCase(Locale.ROOT),
            Html.escape(model.device()),
            note,
            tiles());
  }

  private String tiles() {
    RecordCounts counts = data.counts();
    double[] millis = results.stream().mapToDouble(PromptResult::millis).toArray();
    double[] sparse =
        results.stream().mapToDouble(result -> result.sizes().sparse()).toArray();
    double[] dense =
        results.stream().mapToDouble(result -> result.sizes().dense()).toArray();
    StringBuilder tiles = new StringBuilder();
    tiles.append(tile("in", "events in", Long.toString(counts.events())));
    tiles.append(tile("out", "sparse out", Long.toString(counts.sparse())));
    tiles.append(tile("out", "dense out", Long.toString(counts.dense())));
    tiles.append(
        tile(counts.errors() > 0 ? "bad" : "out", "errors out", Long.toString(counts.errors())));
    if (!counts.balanced()) {
      tiles.append(tile("bad", "every event accounted for", "no"));
    }
    if (!results.isEmpty()) {
      tiles.append(tile("", "median time", Numbers.millis(Numbers.median(millis))));
      tiles.append(tile("", "longest time", Numbers.millis(max(millis))));
      tiles.append(tile("", "median sparse record", Numbers.bytes((long) Numbers.median(sparse))));
      tiles.append(tile("", "median dense record", Numbers.bytes((long) Numbers.median(dense))));
      tiles.append(tile("", "largest dense record", Numbers.bytes((long) max(dense))));
    }
    return tiles.toString();
  }

  private String failureTable() {
    if (failures.isEmpty()) {
      return "";
    }
    StringBuilder rows = new StringBuilder();
    for (PromptFailure failure : failures) {
      rows.append("<tr><td>%s</td><td><code>%s</code></td><td>%s</td></tr>\n"
          .formatted(
              Html.escape(failure.promptId()),
              Html.escape(failure.code()),
              Html.escape(failure.message())));
    }
    return """
        <h2>Errors</h2>
        <table class="errors">
        <thead><tr><th>prompt</th><th>code</th><th>message</th></tr></thead>
        <tbody>
        %s</tbody>
        </table>
        """.formatted(rows);
  }

  private static String legend() {
    return """
        <h2>Prompts</h2>
        <details class="legend" open>
        <summary>How to read this</summary>
        <p>Left: the prompt to scale. <span class="key foreground">+</span> is a point on the object, \
        <span class="key background">−</span> a point not on it, <span class="key box"></span> a box, \
        <span class="key mask"></span> the mask of an earlier prediction. The lines mark every \
        fourth cell of the model's grid.</p>
        <p>Next: the similarity of the tokens from the stream to the positional encoding of each \
        grid cell, from <span class="scale" style="background:%s"></span> none to the maximum. \
        The thin rings mark the points and box corners of the prompt. The map is bright where the \
        rings are: the tokens carry the right coordinates. Small: the same for each token alone, with \
        its largest cosine; a padding token has no position.</p>
        <p>With a mask: the first three principal components of the dense embedding as red, green \
        and blue. Similar embeddings have similar colours, and the shape of the mask is visible.</p>
        <p>The time is measured from sending the event to reading both embeddings.</p>
        </details>
        """.formatted(ColourMap.VIRIDIS.cssGradient());
  }

  private static String tile(String style, String name, String value) {
    return "<div class=\"tile %s\"><b>%s</b><span>%s</span></div>\n".formatted(style, value, name);
  }

  private static double max(double[] values) {
    double max = 0;
    for (double value : values) {
      max = Math.max(max, value);
    }
    return max;
  }

  private static <T> List<T> only(Class<T> type, List<PromptOutcome> outcomes) {
    return outcomes.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static String stylesheet() throws IOException {
    try (InputStream css = HtmlReport.class.getResourceAsStream("report.css")) {
      if (css == null) {
        throw new IllegalStateException("report.css is not on the class path");
      }
      return new String(css.readAllBytes(), UTF_8);
    }
  }
}
