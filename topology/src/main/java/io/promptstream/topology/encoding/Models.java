package io.promptstream.topology.encoding;

import static java.util.stream.Collectors.joining;

import io.promptstream.encoder.Closeables;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** An application's models by name; events that name no model get the first one. */
public final class Models implements AutoCloseable {
  private static final int LONGEST_NAME = 100;

  private final Map<String, Model> byName;
  private final Model first;

  private Models(Map<String, Model> byName) {
    this.byName = byName;
    first = byName.values().iterator().next();
  }

  /** Returns a single model; the result owns the encoder. */
  public static Models of(PromptEncoder encoder) {
    return of(Map.of(PromptStreamConfig.DEFAULT_MODEL, encoder));
  }

  /**
   * Returns models in the map's order; the result owns the encoders.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Models of(Map<String, PromptEncoder> encoders) {
    if (encoders.isEmpty()) {
      throw new IllegalArgumentException("no models");
    }
    Map<String, Model> byName = new LinkedHashMap<>();
    encoders.forEach((name, encoder) -> byName.put(name, new Model(name, encoder)));
    return new Models(byName);
  }

  /**
   * Loads models one after the other; if one fails to load, the others are closed.
   *
   * @param options not empty
   */
  public static Models load(
      Map<String, EncoderOptions> options, Function<EncoderOptions, PromptEncoder> loader) {
    Map<String, PromptEncoder> encoders = new LinkedHashMap<>();
    try {
      options.forEach((name, modelOptions) -> encoders.put(name, loader.apply(modelOptions)));
    } catch (RuntimeException | Error e) {
      Closeables.closeAllAfter(e, encoders.values());
      throw e;
    }
    return of(encoders);
  }

  /**
   * Returns the model that an event names.
   *
   * @param name null for the first model
   * @throws RejectedEventException if there is no model with this name
   */
  Model named(@Nullable String name) {
    if (name == null) {
      return first;
    }
    Model model = byName.get(name);
    if (model == null) {
      throw new RejectedEventException(
          ErrorCode.UNKNOWN_MODEL,
          "model is '%s', must be null or one of %s"
              .formatted(
                  name.length() > LONGEST_NAME ? name.substring(0, LONGEST_NAME) + '…' : name,
                  byName.keySet().stream().collect(joining(", "))));
    }
    return model;
  }

  /** Returns all models, the first one first. */
  public List<Model> all() {
    return List.copyOf(byName.values());
  }

  /** Returns each model's name, id and device, for the log. */
  @Override
  public String toString() {
    return byName.values().stream()
        .map(model -> {
          EncoderInfo info = model.encoder().info();
          return "model %s (%s) on %s".formatted(model.name(), info.modelId(), info.device());
        })
        .collect(joining(", "));
  }

  /** Closes all encoders, even if one of them fails to close; throws the first failure. */
  @Override
  public void close() {
    Closeables.closeAll(all().stream().map(Model::encoder).toList());
  }
}
