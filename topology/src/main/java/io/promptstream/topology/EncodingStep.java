package io.promptstream.topology;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.errors.RejectedEventHandler;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.topology.session.Sessions;
import org.apache.kafka.streams.processor.api.ProcessingContext;

/** What the processors of all tasks share; models and serdes stay the caller's. */
final class EncodingStep {
  private final PromptStreamConfig config;
  private final LookAhead lookAhead;
  private final EventEncoder encoder;
  private final SharedSerdes serdes;

  EncodingStep(PromptStreamConfig config, Models models, LookAhead lookAhead, SharedSerdes serdes) {
    this.config = config;
    this.lookAhead = lookAhead;
    this.serdes = serdes;
    encoder = EventEncoder.of(config, models, serdes);
  }

  /** Returns the sessions whose prompts are encoded here. */
  Sessions sessions() {
    return new Sessions(config, encoder, serdes);
  }

  /**
   * Returns the encoding of one task, which the caller closes with its processor.
   *
   * @throws IllegalStateException if Kafka Streams did not get {@link PromptStream#properties()}
   */
  EncodingTask task(ProcessingContext context) {
    RejectedEventHandler.requireIn(context.appConfigs(), config.errorsTopic());
    encoder.metrics().register(context.metrics());
    return new EncodingTask(
        config, lookAhead.windows(encoder, context), encoder.metrics(), serdes, context::commit);
  }
}
