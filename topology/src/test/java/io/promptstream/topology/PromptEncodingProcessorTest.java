package io.promptstream.topology;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.output.Output;
import io.promptstream.topology.registry.SharedSerdes;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.junit.jupiter.api.Test;

final class PromptEncodingProcessorTest {
  private final PromptStreamConfig config = PromptStreamConfig.of(Map.of(
      "bootstrap.servers", "unused:1",
      "schema.registry.url", "mock://processor-test",
      "promptstream.checkpoint", "seed:42",
      "promptstream.device", "cpu"));

  @Test
  void shouldCloseAfterAFailedInit() {
    try (Models models = Models.of(SamPromptEncoder.load(config.encoderOptions()));
        SharedSerdes serdes = SharedSerdes.of(config)) {
      LookAhead lookAhead = LookAhead.of(config);
      Properties properties = config.streamsProperties();
      lookAhead.install(properties);
      PromptEncodingProcessor processor =
          new PromptEncodingProcessor(new EncodingStep(config, models, lookAhead, serdes));

      assertThatThrownBy(() -> processor.init(new WithoutMetrics(properties)))
          .hasMessage("no metrics");

      assertThatCode(processor::close).doesNotThrowAnyException();
    }
  }

  private static final class WithoutMetrics extends MockProcessorContext<byte[], Output> {
    WithoutMetrics(Properties properties) {
      super(properties);
    }

    @Override
    public StreamsMetrics metrics() {
      throw new IllegalStateException("no metrics");
    }
  }
}
