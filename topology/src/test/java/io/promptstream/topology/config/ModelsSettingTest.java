package io.promptstream.topology.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.EncoderOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ModelsSettingTest {
  @Test
  void shouldNameASingleModelDefault() {
    PromptStreamConfig config = config(Map.of("promptstream.checkpoint", "seed:1"));

    assertThat(config.modelOptions()).containsOnlyKeys("default");
    assertThat(config.modelOptions().get("default")).isEqualTo(config.encoderOptions());
  }

  @Test
  void shouldKeepTheOrderOfModels() {
    PromptStreamConfig config = config(Map.of(
        "promptstream.models", "zebra=/weights/z=1.pth, ant=hf:facebook/sam2.1-hiera-tiny",
        "promptstream.data.type", "FLOAT16"));

    assertThat(config.modelOptions().keySet()).containsExactly("zebra", "ant");
    assertThat(config.modelOptions().values())
        .extracting(options -> options.checkpoint() + ' ' + options.dataType())
        .containsExactly("/weights/z=1.pth FLOAT16", "hf:facebook/sam2.1-hiera-tiny FLOAT16");
    assertThat(config.encoderOptions().checkpoint()).isEqualTo("/weights/z=1.pth");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|entry 1 is not NAME=CHECKPOINT",
        "a|entry 1 is not NAME=CHECKPOINT",
        "a=|entry 1 is not NAME=CHECKPOINT",
        "=seed:1|entry 1 is not NAME=CHECKPOINT",
        "a b=seed:1|entry 1 is not NAME=CHECKPOINT",
        "a=seed:1,|entry 2 is not NAME=CHECKPOINT",
        "a=seed:1,b:sam9=seed:2|the profile of b is 'sam9', must be one of auto, sam",
        "a=seed:1,a=seed:2|the name 'a' is used twice",
      },
      quoteCharacter = '"')
  void shouldRejectAMalformedListOfModels(String value, String reason) {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> config(Map.of("promptstream.models", value.replace("''", ""))))
        .withMessageContaining("promptstream.models")
        .withMessageContaining(reason);
  }

  @Test
  void shouldRejectModelsTogetherWithACheckpoint() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() ->
            config(Map.of("promptstream.models", "a=seed:1", "promptstream.checkpoint", "seed:2")))
        .withMessage(
            "promptstream.checkpoint and promptstream.models are both set: set one of them");
  }

  @Test
  void shouldNotShowASignedAddress() {
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() ->
            config(Map.of("promptstream.models", "a=https://host/x.pth?X-Amz-Signature=S3,b")))
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("S3"));
  }

  @Test
  void shouldAcceptAProfileForEachModel() {
    PromptStreamConfig config = config(Map.of(
        "promptstream.models", "a:sam3-tracker=seed:1,b=seed:2",
        "promptstream.profile", "sam2"));

    assertThat(config.modelOptions().values())
        .extracting(EncoderOptions::profile)
        .containsExactly("sam3-tracker", "sam2");
  }

  private static PromptStreamConfig config(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", "unused:1");
    settings.put("schema.registry.url", "mock://models");
    return PromptStreamConfig.of(settings);
  }
}
