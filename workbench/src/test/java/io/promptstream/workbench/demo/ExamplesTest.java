package io.promptstream.workbench.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class ExamplesTest {
  private final List<PromptEvent> truck = Demo.read(Demo.examplePrompts()).stream()
      .filter(event -> event.getImageId().equals("truck.jpg"))
      .toList();

  @Test
  void shouldContainThePromptsOfTheTruckImage() {
    Point grille = new Point(500.0, 375.0, PointLabel.FOREGROUND);
    Point window = new Point(1125.0, 625.0, PointLabel.FOREGROUND);

    assertThat(truck)
        .allSatisfy(event -> assertThat(event.getImageSize()).isEqualTo(new ImageSize(1200, 1800)));
    assertThat(truck)
        .extracting(PromptEvent::getPoints)
        .contains(List.of(grille), List.of(grille, window));
    assertThat(truck)
        .extracting(PromptEvent::getBox)
        .filteredOn(Objects::nonNull)
        .contains(
            new Box(425.0, 600.0, 700.0, 875.0),
            new Box(75.0, 275.0, 1725.0, 850.0),
            new Box(1375.0, 550.0, 1650.0, 800.0),
            new Box(1240.0, 675.0, 1400.0, 750.0));
    assertThat(truck).anySatisfy(event -> {
      assertThat(event.getBox()).isEqualTo(new Box(425.0, 600.0, 700.0, 875.0));
      assertThat(event.getPoints()).containsExactly(new Point(575.0, 750.0, PointLabel.BACKGROUND));
    });
    assertThat(truck)
        .extracting(PromptEvent::getMask)
        .filteredOn(Objects::nonNull)
        .isNotEmpty();
  }

  @Test
  void shouldReadTheCocoExample() {
    List<PromptEvent> events = Demo.read(Demo.examplePrompts().resolveSibling("coco.json"));

    assertThat(events).hasSize(8).allSatisfy(event -> {
      assertThat(event.getBox()).isNotNull();
      assertThat(event.getImageSize()).isNotNull();
    });
  }
}
