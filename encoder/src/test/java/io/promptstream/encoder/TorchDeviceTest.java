package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.engine.Engine;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TorchDeviceTest {
  private final Engine engine = TorchDevice.engine();

  @Test
  void shouldSelectTheCpu() {
    assertThat(TorchDevice.of(engine, "cpu")).isEqualTo(Device.cpu());
  }

  @Test
  void shouldSelectAGpuWithAutoOnlyIfThereIsOne() {
    Device expected = engine.getGpuCount() > 0 ? Device.gpu(0) : Device.cpu();
    assertThat(TorchDevice.of(engine, "auto")).isEqualTo(expected);
  }

  @Test
  void shouldRejectAGpuThatDoesNotExist() {
    String setting = "gpu:" + engine.getGpuCount();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchDevice.of(engine, setting))
        .withMessageMatching("device is 'gpu:[0-9]+', but PyTorch .* sees [0-9]+ GPUs here");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cuda", "GPU", "gpu:", "gpu:-1", "gpu:99999999999", "cpu:0", " cpu"})
  void shouldRejectAnInvalidDevice(String setting) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TorchDevice.of(engine, setting))
        .withMessage("device is '" + setting + "', must be auto, cpu, gpu or gpu:N");
  }
}
