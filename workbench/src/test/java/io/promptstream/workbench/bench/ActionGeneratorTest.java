package io.promptstream.workbench.bench;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.AddPoint;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.Undo;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ActionGeneratorTest {
  private static final List<PromptAction> ACTIONS =
      LongStream.range(0, 16_000).mapToObj(ActionGenerator::action).toList();

  private static final Map<String, List<PromptAction>> SESSIONS =
      ACTIONS.stream().collect(groupingBy(PromptAction::getSessionId));

  @Test
  void shouldDrawTheSameActionsInAnyOrder() {
    for (int number = ACTIONS.size() - 1; number >= 0; number--) {
      assertThat(ActionGenerator.action(number)).isEqualTo(ACTIONS.get(number));
    }
  }

  @Test
  void shouldGiveEachSessionSixClicksAndTwoUndos() {
    assertThat(SESSIONS).hasSize(2_000);
    assertThat(SESSIONS.values())
        .allSatisfy(actions -> assertThat(actions)
            .extracting(action -> action.getAction() instanceof Undo ? "undo" : "click")
            .containsExactly("click", "click", "click", "undo", "click", "click", "click", "undo"));
  }

  @Test
  void shouldKeepTheObjectAndImageOfASessionAndGiveEachActionAnId() {
    assertThat(SESSIONS.values()).allSatisfy(actions -> {
      assertThat(distinct(actions, PromptAction::getObjectId)).hasSize(1);
      assertThat(distinct(actions, PromptAction::getImageId)).hasSize(1);
      assertThat(distinct(actions, PromptAction::getImageSize)).hasSize(1);
      assertThat(distinct(actions, PromptAction::getActionId)).hasSameSizeAs(actions);
    });
    assertThat(distinct(ACTIONS, PromptAction::getImageId)).hasSizeGreaterThan(1_500);
  }

  @Test
  void shouldClickInsideTheImage() {
    assertThat(ACTIONS).allSatisfy(action -> {
      if (action.getAction() instanceof AddPoint add) {
        Point point = add.getPoint();
        assertThat(point.getX()).isBetween(0.0, (double) action.getImageSize().getWidth());
        assertThat(point.getY()).isBetween(0.0, (double) action.getImageSize().getHeight());
      }
    });
  }

  private static <T> Set<T> distinct(List<PromptAction> actions, Function<PromptAction, T> field) {
    return actions.stream().map(field).collect(toSet());
  }
}
