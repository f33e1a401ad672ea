package io.promptstream.workbench.fuzz;

import java.util.List;
import java.util.SplittableRandom;

/**
 * The source of random values for one event.
 *
 * @param number the event's number
 * @param random seeded for the event
 * @param ids schema ids of the registry
 */
record EventRandom(int number, SplittableRandom random, SchemaIds ids) {
  /** Part of every string, key and header that is sent, so that quotes in a log can be found. */
  static final String MARKER = "pAyl0ad";

  /** Returns the prompt's id. */
  String promptId() {
    return MARKER + "-prompt-" + number;
  }

  /** Returns the image's id. */
  String imageId() {
    return MARKER + "-image-" + number % 97;
  }

  int id(ForeignSchema schema) {
    return ids.of(schema);
  }

  /** Begins a value with the current prompt event's schema id and the two ids. */
  AvroBytes prompt() {
    return AvroBytes.of(id(ForeignSchema.PROMPT_EVENT))
        .ids(promptId(), imageId())
        .number(0);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  /** Returns one of these values. */
  <T> T oneOf(List<T> values) {
    return values.get(random.nextInt(values.size()));
  }

  /** Returns a number from 0 to this bound. */
  double upTo(double bound) {
    return bound * random.nextDouble();
  }

  byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }
}
