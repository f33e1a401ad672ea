package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The documentation's links resolve, and the README stays an overview. */
final class DocumentationTest {
  private static final Path PROJECT = Path.of("..");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern NOT_IN_ANCHORS = Pattern.compile("[^a-z0-9 -]");
  private static final int README_LINES = 150;
  private static final int README_COLUMNS = 120;

  static Stream<Path> documents() throws IOException {
    try (Stream<Path> top = Files.list(PROJECT);
        Stream<Path> docs = Files.list(PROJECT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(file -> file.toString().endsWith(".md"))
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void shouldHaveNoBrokenLinks(Path document) throws IOException {
    List<String> broken = LINK.matcher(Files.readString(document))
        .results()
        .map(link -> link.group(1))
        .filter(link -> !link.startsWith("https://"))
        .filter(link -> !resolves(document, link))
        .toList();

    assertThat(broken).isEmpty();
  }

  @Test
  void shouldKeepTheReadmeShort() throws IOException {
    List<String> lines = Files.readAllLines(PROJECT.resolve("README.md"));

    assertThat(lines).hasSizeLessThanOrEqualTo(README_LINES);
    assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(README_COLUMNS));
  }

  private static boolean resolves(Path document, String link) {
    int hash = link.indexOf('#');
    String file = hash < 0 ? link : link.substring(0, hash);
    Path target = file.isEmpty() ? document : document.resolveSibling(file);
    return Files.exists(target) && (hash < 0 || hasAnchor(target, link.substring(hash + 1)));
  }

  private static boolean hasAnchor(Path document, String anchor) {
    try (Stream<String> lines = Files.lines(document)) {
      return lines
          .filter(line -> line.startsWith("#"))
          .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
          .map(title -> NOT_IN_ANCHORS.matcher(title).replaceAll("").replace(' ', '-'))
          .anyMatch(anchor::equals);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
