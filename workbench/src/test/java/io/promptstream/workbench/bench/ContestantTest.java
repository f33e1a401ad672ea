package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContestantTest {
  @Test
  void shouldTakeSettingsAndJvmOptionsFromTheTextOfAVariant() {
    Contestant variant =
        Contestant.variant("lz4,producer.compression.type=lz4,-XX:+UseSerialGC,-Da=b,x=");

    assertThat(variant)
        .isEqualTo(new Contestant(
            "lz4",
            Map.of("producer.compression.type", "lz4", "x", ""),
            Contestant.Encoding.MODEL,
            List.of("-XX:+UseSerialGC", "-Da=b"),
            null));
  }

  @Test
  void shouldCompareMasksOfTheImageWithLogitsAndSessionsWithPrompts() {
    assertThat(Contestant.all(Workload.POLYGONS))
        .extracting(Contestant::name)
        .containsExactly("pass", "look-ahead", "masks");
    assertThat(Contestant.all(Workload.SESSIONS))
        .extracting(Contestant::name)
        .containsExactly("pass", "look-ahead", "clicks");
    assertThat(Contestant.all(Workload.MASKS))
        .extracting(Contestant::name)
        .containsExactly("pass", "look-ahead", "record-at-a-time");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "name,", "name,setting", "name,=value"})
  void shouldRefuseOtherTexts(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Contestant.variant(text));
  }
}
