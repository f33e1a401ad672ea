package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncoderOptionsTest {
  @Test
  void shouldNotPrintTheSecretsInAnAddress() {
    EncoderOptions options = new EncoderOptions(
        "https://me:hunter2@host/sam.pt?signature=hunter2",
        "cpu",
        DataType.FLOAT32,
        DenseFormat.FULL,
        7);

    assertThat(options)
        .hasToString("EncoderOptions[checkpoint=https://host/sam.pt?..., profile=auto, device=cpu,"
            + " dataType=FLOAT32, denseFormat=FULL, maxPoints=7]");
  }
}
