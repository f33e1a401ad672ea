package io.promptstream.workbench.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/**
 * What a value is drawn from.
 *
 * @param number the event's
 * @param random seeded for the event
 * @param ids the registry's
 */
record Draw(int number, SplittableRandom random, SchemaIds ids) {
  /**
   * In every string, key and header that is sent, so that a log that quotes one gives itself away.
   */
  static final String MARKER = "pAyl0ad";

  /** Returns a prompt's id. */
  String promptId() {
    return MARKER + "-prompt-" + number;
  }

  /** Returns an image's id. */
  String imageId() {
    return MARKER + "-image-" + number % 97;
  }

  int id(ForeignSchema schema) {
    return ids.of(schema);
  }

  /** Begins a value that claims to be a prompt event of today, with its ids. */
  Wire prompt() {
    return Wire.of(id(ForeignSchema.PROMPT_EVENT)).ids(promptId(), imageId());
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** Returns one of these. */
  <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Returns a number from 0 to this one, both included. */
  double upTo(double bound) {
    return bound * random.nextDouble();
  }

  byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
