package io.promptstream.workbench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.encoder.DenseFormat;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ParityTest {
  @TempDir
  private Path directory;

  @Test
  void shouldHoldOnTheCpu() {
    Parity parity = Parity.measure(directory, "sam_vit_like.pth", DenseFormat.FACTORED, "cpu");

    assertThat(parity.holds()).as(parity.toString()).isTrue();
    assertThat(parity.dense()).isPositive();
  }

  @Test
  void shouldNotHoldBeyondATolerance() {
    assertThat(new Parity("c", DenseFormat.FULL, 2e-5, 0).holds()).isFalse();
    assertThat(new Parity("c", DenseFormat.FULL, 0, 2e-4).holds()).isFalse();
    assertThat(new Parity("c", DenseFormat.FULL, Double.NaN, 0).holds()).isFalse();
  }
}
