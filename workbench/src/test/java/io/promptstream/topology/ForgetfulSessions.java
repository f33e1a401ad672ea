package io.promptstream.topology;

import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.lookahead.LookAhead;
import io.promptstream.topology.output.Output;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.topology.session.Sessions;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Sessions with a deliberate defect that shows only under faults: their states are stored without a
 * changelog, so another instance does not have them.
 */
public final class ForgetfulSessions implements ProcessorSupplier<byte[], byte[], byte[], Output> {
  private final Sessions sessions;

  private ForgetfulSessions(Sessions sessions) {
    this.sessions = sessions;
  }

  /** Returns the stream with the defect. */
  public static KafkaStreams streams(PromptStreamConfig config, Models models) {
    LookAhead lookAhead = LookAhead.of(config);
    Properties properties = config.streamsProperties();
    lookAhead.install(properties);
    Sessions.install(properties);
    // The serdes end with the process.
    EncodingStep step = new EncodingStep(config, models, lookAhead, SharedSerdes.of(config));
    return new KafkaStreams(
        PromptStreamTopology.withSessions(
            PromptStreamTopology.build(config, () -> new PromptEncodingProcessor(step)),
            config,
            new ForgetfulSessions(step.sessions())),
        properties);
  }

  @Override
  public Processor<byte[], byte[], byte[], Output> get() {
    return sessions.get();
  }

  @Override
  public Set<StoreBuilder<?>> stores() {
    Set<StoreBuilder<?>> stores = sessions.stores();
    stores.forEach(StoreBuilder::withLoggingDisabled);
    return stores;
  }
}
