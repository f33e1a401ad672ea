package io.promptstream.workbench.report;

import static io.promptstream.workbench.report.SyntheticSam.background;
import static io.promptstream.workbench.report.SyntheticSam.event;
import static io.promptstream.workbench.report.SyntheticSam.foreground;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.Box;
import io.promptstream.schemas.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenNamesTest {
  private static final List<Point> POINTS = List.of(foreground(1, 1), background(2, 2));
  private static final Box BOX = new Box(1.0, 1.0, 2.0, 2.0);

  @Test
  void shouldNamePointsThenPadding() {
    assertThat(TokenNames.of(event("p", null, POINTS, null), 3, Profile.SAM))
        .containsExactly("foreground", "background", "padding");
  }

  @Test
  void shouldNamePointsThenCorners() {
    assertThat(TokenNames.of(event("p", null, POINTS, BOX), 4, Profile.SAM))
        .containsExactly("foreground", "background", "top left", "bottom right");
  }

  @Test
  void shouldNameNothingWithoutTokens() {
    assertThat(TokenNames.of(event("p", null, List.of(), null), 0, Profile.SAM)).isEmpty();
  }

  @Test
  void shouldNumberTokensThatItCannotName() {
    assertThat(TokenNames.of(event("p", null, List.of(), BOX), 3, Profile.SAM))
        .containsExactly("token 1", "token 2", "token 3");
  }

  @Test
  void shouldNameCornersBeforePointsAndPaddingWhereTheFamilyHasThemSo() {
    assertThat(TokenNames.of(event("p", null, POINTS, BOX), 5, Profile.SAM2))
        .containsExactly("top left", "bottom right", "foreground", "background", "padding");
  }

  @Test
  void shouldNumberTokensThatAreNotOfTheFamily() {
    assertThat(TokenNames.of(event("p", null, List.of(), BOX), 2, Profile.SAM3_TRACKER))
        .containsExactly("token 1", "token 2");
  }
}
