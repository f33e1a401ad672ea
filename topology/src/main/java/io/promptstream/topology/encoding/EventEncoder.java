package io.promptstream.topology.encoding;

import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.ImageMasks;
import io.promptstream.encoder.InvalidPromptException;
import io.promptstream.encoder.Profile;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.metrics.EventMetrics;
import io.promptstream.topology.registry.RecordReader;
import io.promptstream.topology.registry.SharedSerdes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns raw values into embeddings in two steps: prepares each event alone, which finds all its
 * errors, and encodes many events at once. All tasks of an application share one encoder.
 */
public final class EventEncoder {
  private final RecordReader<PromptEvent> reader;
  private final EventDecoder<PromptEvent> decoder;
  private final Models models;
  private final boolean clips;
  private final double maskLogitMagnitude;
  private final EventMetrics metrics;

  private EventEncoder(PromptStreamConfig config, RecordReader<PromptEvent> reader, Models models) {
    this.reader = reader;
    this.models = models;
    decoder = new EventDecoder<>("PromptEvent", config.maxRequestSize(), reader);
    clips = config.clipsToImage();
    maskLogitMagnitude = config.maskLogitMagnitude();
    metrics = new EventMetrics(reader::lookUps, reader::failedLookUps);
  }

  /**
   * Returns an encoder for the input topic of these settings; serdes and models belong to the
   * caller.
   */
  public static EventEncoder of(PromptStreamConfig config, Models models, SharedSerdes serdes) {
    return new EventEncoder(config, serdes.eventReader(), models);
  }

  /** Returns the metrics of the events that are encoded here. */
  public EventMetrics metrics() {
    return metrics;
  }

  /**
   * Decodes an event in its turn, validates it and maps it to the model frame. Waits while its
   * schema is not available.
   *
   * @param polledNanos when it was polled, by {@link System#nanoTime()}
   * @throws RejectedEventException if it can never be encoded
   * @throws RuntimeException as {@link RecordReader#read} does
   */
  public PreparedEvent prepare(byte @Nullable [] value, long polledNanos) {
    return prepared(decoder.decode(value, polledNanos));
  }

  /**
   * Decodes an event before its turn, validates it and maps it to the model frame, without waiting.
   *
   * @param polledNanos when it was polled, by {@link System#nanoTime()}
   * @return null if its schema is not in memory; a look-up has started
   * @throws RejectedEventException if it can never be encoded
   */
  public @Nullable PreparedEvent prepareAhead(byte @Nullable [] value, long polledNanos) {
    PromptEvent event = decoder.decodeAhead(value, polledNanos);
    return event == null ? null : prepared(event);
  }

  /** Returns whether the look-up for an event that was not prepared ahead is unfinished. */
  public boolean isLookedUp(byte @Nullable [] value) {
    return value != null && reader.isLookedUp(value);
  }

  /**
   * Validates a prompt, which a session made, before it is written.
   *
   * @throws RejectedEventException if it can never be encoded
   */
  public void validate(PromptEvent event) {
    var unused = prepared(event);
  }

  private PreparedEvent prepared(PromptEvent event) {
    Model model = models.named(event.getModel());
    try {
      Profile profile = model.encoder().info().profile();
      Prompt prompt = PromptMapper.prompt(event, new ImageMasks(profile, maskLogitMagnitude));
      Prompt inside = clips ? ImageClip.clip(prompt, profile.inputSize()) : prompt;
      return new PreparedEvent(
          model, withoutMask(event), model.encoder().frame(inside), !inside.equals(prompt));
    } catch (InvalidPromptException e) {
      throw RejectedEventException.of(e);
    }
  }

  /** The prompt has the mask's logits. As objects, small rings need 60 times their bytes. */
  private static PromptEvent withoutMask(PromptEvent event) {
    return new PromptEvent(
        event.getPromptId(),
        event.getImageId(),
        event.getObjectId(),
        event.getImageSize(),
        event.getPoints(),
        event.getBox(),
        null,
        event.getModel());
  }

  /**
   * Encodes events of one model in one call.
   *
   * @param events at least one
   * @return one result for each event, in the same order
   * @throws RuntimeException if the device fails; no event is the cause
   */
  public List<EncodedEvent> encode(List<PreparedEvent> events) {
    Model model = events.get(0).model();
    List<FramedPrompt> prompts = events.stream().map(PreparedEvent::prompt).toList();
    long begin = System.nanoTime();
    List<PromptEmbeddings> embeddings = model.encoder().encode(prompts);
    metrics.window(prompts, System.nanoTime() - begin);
    List<EncodedEvent> encoded = new ArrayList<>(events.size());
    for (int i = 0; i < events.size(); i++) {
      PreparedEvent event = events.get(i);
      encoded.add(new EncodedEvent(model, event.event(), embeddings.get(i), event.clipped()));
    }
    return encoded;
  }
}
