package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.Box;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.RleMask;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EventGeneratorTest {
  private static final int EVENTS = 200;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SESSIONS")
  void shouldDrawTheSameEventsInAnyOrder(Workload workload) {
    List<PromptEvent> forwards = events(workload);
    EventGenerator again = new EventGenerator(workload);

    for (int number = EVENTS - 1; number >= 0; number--) {
      assertThat(again.event(number)).isEqualTo(forwards.get(number));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SESSIONS")
  void shouldStayInsideTheImage(Workload workload) {
    assertThat(events(workload)).allSatisfy(event -> {
      int width = event.getImageSize().getWidth();
      int height = event.getImageSize().getHeight();
      assertThat(event.getPoints()).allSatisfy(point -> {
        assertThat(point.getX()).isBetween(0.0, (double) width);
        assertThat(point.getY()).isBetween(0.0, (double) height);
      });
      Box box = event.getBox();
      if (box != null) {
        assertThat(box.getXMin()).isBetween(0.0, box.getXMax());
        assertThat(box.getYMin()).isBetween(0.0, box.getYMax());
        assertThat(box.getXMax()).isLessThanOrEqualTo(width);
        assertThat(box.getYMax()).isLessThanOrEqualTo(height);
      }
    });
  }

  @Test
  void shouldClickOneToFiveTimes() {
    assertThat(events(Workload.CLICKS).stream()
            .map(event -> event.getPoints().size())
            .distinct())
        .containsExactlyInAnyOrder(1, 2, 3, 4, 5);
  }

  @Test
  void shouldClickOnce() {
    assertThat(events(Workload.SINGLE_CLICKS))
        .allSatisfy(event -> assertThat(event.getPoints()).hasSize(1));
  }

  @Test
  void shouldGenerateOnlyBoxes() {
    assertThat(events(Workload.BOXES)).allSatisfy(event -> {
      assertThat(event.getBox()).isNotNull();
      assertThat(event.getPoints()).isEmpty();
      assertThat(event.getMask()).isNull();
    });
  }

  @Test
  void shouldGenerateAMaskForOneInTenMixedEvents() {
    assertThat(events(Workload.MIXED).stream().filter(event -> event.getMask() != null))
        .hasSize(EVENTS / 10);
  }

  @Test
  void shouldGenerateAMaskForEveryEventOfMasks() {
    assertThat(events(Workload.MASKS))
        .allSatisfy(event -> assertThat(event.getMask()).isNotNull());
  }

  @Test
  void shouldGenerateAPolygonOfSixtyVerticesInTheImage() {
    assertThat(events(Workload.POLYGONS)).allSatisfy(event -> {
      ImageSize size = event.getImageSize();
      List<Double> ring = ((PolygonMask) event.getMask()).getRings().get(0);
      assertThat(ring).hasSize(120);
      for (int i = 0; i < ring.size(); i += 2) {
        assertThat(ring.get(i)).isBetween(0.0, (double) size.getWidth());
        assertThat(ring.get(i + 1)).isBetween(0.0, (double) size.getHeight());
      }
    });
  }

  @Test
  void shouldGenerateRunLengthsOfTheWholeImage() {
    assertThat(events(Workload.RLES)).allSatisfy(event -> {
      RleMask mask = (RleMask) event.getMask();
      assertThat(new ImageSize(mask.getHeight(), mask.getWidth())).isEqualTo(event.getImageSize());
      assertThat((List<?>) mask.getCounts())
          .hasSizeGreaterThan(50)
          .allSatisfy(count -> assertThat((Integer) count).isPositive());
      assertThat(((List<?>) mask.getCounts())
              .stream().mapToInt(count -> (Integer) count).sum())
          .isEqualTo(mask.getHeight() * mask.getWidth());
    });
  }

  private static List<PromptEvent> events(Workload workload) {
    EventGenerator generator = new EventGenerator(workload);
    return LongStream.range(0, EVENTS).mapToObj(generator::event).toList();
  }
}
