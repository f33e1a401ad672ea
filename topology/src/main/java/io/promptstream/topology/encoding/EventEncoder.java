package io.promptstream.topology.encoding;

import io.promptstream.encoder.InvalidPromptException;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.registry.PromptEventReader;
import io.promptstream.topology.registry.SharedSerdes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes raw values to embeddings in two steps: what can be wrong with one event alone, and what is
 * done for many at once. All tasks of an application share one.
 */
public final class EventEncoder {
  private final PromptEventReader reader;
  private final EventDecoder decoder;
  private final Models models;

  private EventEncoder(PromptEventReader reader, EventDecoder decoder, Models models) {
    this.reader = reader;
    this.decoder = decoder;
    this.models = models;
  }

  /**
   * Returns an encoder for the input topic of these settings; serdes and models stay the caller's.
   */
  public static EventEncoder of(PromptStreamConfig config, Models models, SharedSerdes serdes) {
    PromptEventReader reader = serdes.eventReader();
    return new EventEncoder(reader, new EventDecoder(config.maxRequestSize(), reader), models);
  }

  /**
   * Decodes an event whose turn it is, validates it and maps it to the model frame; waits while its
   * schema cannot be had.
   *
   * @param polledNanos when it was polled, by {@link System#nanoTime()}
   * @throws RejectedEventException if it can never be encoded
   * @throws RuntimeException as {@link PromptEventReader#read} does
   */
  public PreparedEvent prepare(byte @Nullable [] value, long polledNanos) {
    return prepared(decoder.decode(value, polledNanos));
  }

  /**
   * Decodes an event ahead of its turn, validates it and maps it to the model frame, without
   * waiting for anyone.
   *
   * @param polledNanos when it was polled, by {@link System#nanoTime()}
   * @return null if its schema is not in memory; a look-up has begun
   * @throws RejectedEventException if it can never be encoded
   */
  public @Nullable PreparedEvent prepareAhead(byte @Nullable [] value, long polledNanos) {
    PromptEvent event = decoder.decodeAhead(value, polledNanos);
    return event == null ? null : prepared(event);
  }

  /** Returns whether the look-up of an event that was not prepared ahead is not done. */
  public boolean isLookedUp(byte @Nullable [] value) {
    return value != null && reader.isLookedUp(value);
  }

  private PreparedEvent prepared(PromptEvent event) {
    Model model = models.named(event.getModel());
    try {
      return new PreparedEvent(model, event, model.encoder().frame(PromptMapper.prompt(event)));
    } catch (InvalidPromptException e) {
      throw RejectedEventException.of(e);
    }
  }

  /**
   * Encodes events of one model in one call.
   *
   * @param events at least one
   * @return one result for each event, in their order
   * @throws RuntimeException if the device fails; no event is to blame
   */
  public List<EncodedEvent> encode(List<PreparedEvent> events) {
    Model model = events.get(0).model();
    List<PromptEmbeddings> embeddings =
        model.encoder().encode(events.stream().map(PreparedEvent::prompt).toList());
    List<EncodedEvent> encoded = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      encoded.add(new EncodedEvent(model, events.get(i).event(), embeddings.get(i)));
    }
    return encoded;
  }
}
