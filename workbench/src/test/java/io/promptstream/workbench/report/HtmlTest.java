package io.promptstream.workbench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void shouldEscapeMarkup() {
    assertThat(Html.escape("<b class=\"x\" id='y'>&amp;</b>"))
        .isEqualTo("&lt;b class=&quot;x&quot; id=&#39;y&#39;&gt;&amp;amp;&lt;/b&gt;");
  }

  @Test
  void shouldReplaceUnprintableCharacters() {
    assertThat(Html.escape("a\u0000b\u202Ec\uD800d")).isEqualTo("a\uFFFDb\uFFFDc\uFFFDd");
  }

  @Test
  void shouldKeepLettersOfAllScripts() {
    assertThat(Html.escape("Straße 図 🐈")).isEqualTo("Straße 図 🐈");
  }

  @Test
  void shouldTruncateLongText() {
    assertThat(Html.escape("x".repeat(1_000_000))).isEqualTo("x".repeat(300) + "…");
  }
}
