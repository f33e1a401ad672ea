package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceNameTest {
  @ParameterizedTest
  @CsvSource({
    "https://host/a.pth?sig=1&x=2#sha256=0, https://host/a.pth?...#sha256=0",
    "HTTP://me:secret@host/a.pth, HTTP://host/a.pth",
    "/files/what?.pth, /files/what?.pth",
    "seed:1, seed:1"
  })
  void shouldOmitSecrets(String source, String shown) {
    assertThat(SourceName.shown(source)).isEqualTo(shown);
  }
}
