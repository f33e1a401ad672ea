package io.promptstream.topology.encoding;

import static java.util.Objects.requireNonNull;

import io.promptstream.encoder.PromptEncoder;

/**
 * One of an application's models.
 *
 * @param name the name that events use for it
 * @param encoder its encoder
 */
public record Model(String name, PromptEncoder encoder) {
  public Model {
    requireNonNull(name, "name");
    requireNonNull(encoder, "encoder");
  }
}
