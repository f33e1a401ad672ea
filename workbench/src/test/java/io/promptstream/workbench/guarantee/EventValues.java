package io.promptstream.workbench.guarantee;

import io.promptstream.encoder.Closeables;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;

/** Serializes events to the values of their records. */
final class EventValues implements AutoCloseable {
  private final String topic;
  private final Serde<PromptEvent> prompts;
  private final Serde<PromptAction> actions;

  EventValues(String topic, String registryUrl) {
    this.topic = topic;
    Map<String, ?> registry = Map.of("schema.registry.url", registryUrl);
    prompts = AvroSerdes.promptEvent(registry);
    actions = AvroSerdes.promptAction(registry);
  }

  byte @Nullable [] of(Event event) {
    Sample sample = event.sample();
    PromptAction action = sample.action();
    if (action != null) {
      return actions.serializer().serialize(topic, action);
    }
    LongFunction<PromptEvent> prompt = sample.prompt();
    return prompt == null
        ? sample.payload()
        : prompts.serializer().serialize(topic, prompt.apply(event.number()));
  }

  @Override
  public void close() {
    Closeables.closeAll(List.of(prompts, actions));
  }
}
