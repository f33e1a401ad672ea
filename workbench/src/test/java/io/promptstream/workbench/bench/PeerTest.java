package io.promptstream.workbench.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.promptstream.application.cli.CommandFailedException;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PeerTest {
  @Test
  void shouldRunPythonWithAndWithoutCompression() {
    assertThat(Peer.PYTHON_STACKED.contestants())
        .extracting(Contestant::name, Contestant::settings, Contestant::workload)
        .containsExactly(
            tuple("python-stacked", Map.of(), Workload.SINGLE_CLICKS),
            tuple("python-stacked-lz4", Map.of("compression.type", "lz4"), Workload.SINGLE_CLICKS));
    assertThat(Peer.PYTHON_EACH.contestants())
        .extracting(Contestant::name)
        .containsExactly("python-each", "python-each-lz4");
  }

  @Test
  void shouldCopyTheEventsOfThePlanThroughTheFloor() {
    assertThat(Peer.FLOOR.contestants())
        .singleElement()
        .satisfies(floor -> assertThat(floor.workload()).isNull());
  }

  @ParameterizedTest
  @EnumSource(Workload.class)
  void shouldRefusePythonOnOtherEventsThanSingleClicks(Workload workload) {
    assertThatCode(() -> Peer.FLOOR.requireSameEvents(workload)).doesNotThrowAnyException();
    if (workload == Workload.SINGLE_CLICKS) {
      Peer.PYTHON_EACH.requireSameEvents(workload);
    } else {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Peer.PYTHON_EACH.requireSameEvents(workload))
          .withMessage("peer python-each encodes only single-clicks, use it with that workload: "
              + workload);
    }
  }

  @Test
  void shouldNameThePackagesIfPythonHasNoSuchModules() {
    assertThatExceptionOfType(CommandFailedException.class)
        .isThrownBy(() -> Peer.PYTHON_STACKED.require(Optional.empty()))
        .withMessageContaining("python-stacked")
        .withMessageContaining("python3-torch")
        .withMessageContaining("python3-confluent-kafka");
    assertThat(Peer.PYTHON_STACKED.require(Optional.of("python"))).isEqualTo("python");
  }

  @Test
  void shouldWriteAPointAsFloats() {
    PromptEvent event = PromptEvent.newBuilder()
        .setPromptId("prompt")
        .setImageId("image")
        .setImageSize(new ImageSize(480, 640))
        .setPoints(List.of(new Point(3.0, 4.0, PointLabel.FOREGROUND)))
        .build();

    float[] floats = new float[5];
    ByteBuffer.wrap(EventFloats.of(event))
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(floats);
    assertThat(floats).containsExactly(3, 4, 1, 480, 640);
  }
}
