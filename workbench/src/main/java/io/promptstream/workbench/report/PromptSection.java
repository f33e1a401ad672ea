package io.promptstream.workbench.report;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.reader.DenseEmbeddingReader;
import io.promptstream.schemas.reader.TensorReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The part of the page that shows one prompt. */
final class PromptSection {
  /** More pictures would be too small to see; the picture of all tokens is enough. */
  private static final int MAX_TOKEN_PICTURES = 4;

  private final PositionalGrid positions;
  private final Profile profile;

  PromptSection(PositionalGrid positions, Profile profile) {
    this.positions = positions;
    this.profile = profile;
  }

  /** Returns the section as HTML. */
  String html(PromptResult result) {
    ImageSize size = result.event().getImageSize();
    PromptDrawing drawing =
        new PromptDrawing(result.event(), ImageFrame.of(size, profile), profile.gridSize());
    List<SimilarityMap> tokens = similarities(result.sparse().getEmbedding());
    return """
        <section class="prompt">
        <header><h3>%s</h3>%s</header>
        <div class="figures">
        %s%s%s%s</div>
        </section>
        """.formatted(
            Html.escape(result.event().getPromptId()),
            facts(result),
            figure("", drawing.prompt(), "the prompt, to scale"),
            similarityFigure(drawing, tokens),
            tokenFigures(drawing, tokens, TokenNames.of(result.event(), tokens.size(), profile)),
            denseFigure(drawing, result.dense()));
  }

  private static String facts(PromptResult result) {
    ImageSize size = result.event().getImageSize();
    RecordSizes sizes = result.sizes();
    return "<dl>"
        + fact("image", Html.escape(result.event().getImageId()))
        + fact("size", size == null ? "model frame" : size.getWidth() + " × " + size.getHeight())
        + fact(
            "tokens", Integer.toString(result.sparse().getEmbedding().getShape().get(0)))
        + fact("dense", result.dense().getEncoding().toString())
        + fact("event", Numbers.bytes(sizes.event()))
        + fact("sparse record", Numbers.bytes(sizes.sparse()))
        + fact("dense record", Numbers.bytes(sizes.dense()))
        + fact("time", Numbers.millis(result.millis()))
        + "</dl>";
  }

  private static String fact(String name, String html) {
    return "<div><dt>%s</dt><dd>%s</dd></div>".formatted(name, html);
  }

  private List<SimilarityMap> similarities(Tensor embedding) {
    float[] values = TensorReader.floats(embedding);
    List<SimilarityMap> maps = new ArrayList<>();
    for (int from = 0; from < values.length; from += positions.width()) {
      maps.add(positions.similarity(Arrays.copyOfRange(values, from, from + positions.width())));
    }
    return maps;
  }

  private static String similarityFigure(PromptDrawing drawing, List<SimilarityMap> tokens) {
    if (tokens.isEmpty()) {
      return figure("", "<p class=\"nothing\">no tokens</p>", "no tokens without points and box");
    }
    SimilarityMap all = SimilarityMap.max(tokens);
    String what = "similarity of the tokens to each grid cell";
    return figure(
        "",
        drawing.pictureWithRings(what, all.paint(all.peak())),
        String.format(Locale.ROOT, "%s, up to %.2f", what, all.peak()));
  }

  private static String tokenFigures(
      PromptDrawing drawing, List<SimilarityMap> tokens, List<String> names) {
    if (tokens.size() < 2 || tokens.size() > MAX_TOKEN_PICTURES) {
      return "";
    }
    double white = SimilarityMap.max(tokens).peak();
    StringBuilder html = new StringBuilder("<div class=\"tokens\">\n");
    for (int i = 0; i < tokens.size(); i++) {
      SimilarityMap map = tokens.get(i);
      String caption = String.format(Locale.ROOT, "%s, %.2f", names.get(i), map.peak());
      html.append(figure("token", drawing.picture(caption, map.paint(white)), caption));
    }
    return html.append("</div>\n").toString();
  }

  private static String denseFigure(PromptDrawing drawing, DenseEmbedding dense) {
    if (dense.getEncoding() == DenseEncoding.NO_MASK) {
      return "";
    }
    PrincipalComponents components = PrincipalComponents.of(
        DenseEmbeddingReader.expand(dense),
        dense.getShape().get(1),
        dense.getShape().get(2));
    String what = "principal components of the dense embedding";
    return figure("", drawing.picture(what, components.paint()), what);
  }

  private static String figure(String style, String content, String caption) {
    return "<figure class=\"%s\">%s<figcaption>%s</figcaption></figure>\n"
        .formatted(style, content, caption);
  }
}
