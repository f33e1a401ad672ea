package io.promptstream.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ModelCard;
import io.promptstream.schemas.Projection;
import io.promptstream.schemas.Tensor;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.registry.SharedSerdes;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ModelCardPublisherTest {
  // Nothing listens on port 1.
  private static PromptStreamConfig config(String... namesAndValues) {
    Map<String, String> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:1");
    settings.put("schema.registry.url", "mock://model-cards");
    settings.put("promptstream.checkpoint", "seed:1");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      settings.put(namesAndValues[i], namesAndValues[i + 1]);
    }
    return PromptStreamConfig.of(settings);
  }

  private static ModelCardPublisher publisher(PromptStreamConfig config) {
    return new ModelCardPublisher(config, SharedSerdes.of(config));
  }

  @Test
  void shouldNameModelAndTopicOfACardThatCannotBeWritten() {
    ModelCardPublisher publisher =
        publisher(config("producer.max.block.ms", "300", "promptstream.models.topic", "cards"));

    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> publisher.publish(List.of(card("a-model"))))
        .withMessageStartingWith("Cannot write the card of model a-model to topic cards: ")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n", "null"));
  }

  @Test
  void shouldStopWhenInterrupted() {
    ModelCardPublisher publisher = publisher(config());
    Thread.currentThread().interrupt();
    try {
      assertThatExceptionOfType(StartupException.class)
          .isThrownBy(() -> publisher.publish(List.of(card("a-model"))))
          .withMessage("Interrupted while writing model cards.");
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void shouldUseTheApplicationsProducerSettingsWithAllReplicasAndNoTransaction() {
    Map<String, Object> settings = ModelCardPublisher.producerSettings(config(
        "security.protocol", "SASL_SSL",
        "producer.sasl.mechanism", "SCRAM-SHA-512",
        "ssl.truststore.location", "/etc/kafka/trust.p12",
        "producer.acks", "1"));

    assertThat(settings)
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("sasl.mechanism", "SCRAM-SHA-512")
        .containsEntry("ssl.truststore.location", "/etc/kafka/trust.p12")
        .containsEntry("acks", "all")
        .doesNotContainKey("transactional.id");
  }

  private static ModelCard card(String modelId) {
    Tensor none = new Tensor(DataType.FLOAT32, List.of(0), ByteBuffer.allocate(0));
    return new ModelCard(
        modelId, "sam", "test", 1024, 64, 256, 256, none, none, new Projection(none, none));
  }
}
