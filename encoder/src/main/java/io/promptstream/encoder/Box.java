package io.promptstream.encoder;

/**
 * A box around an object in pixels, which {@link PromptFramer} validates.
 *
 * @param xMin left edge
 * @param yMin top edge
 * @param xMax right edge
 * @param yMax bottom edge
 */
public record Box(double xMin, double yMin, double xMax, double yMax) {}
