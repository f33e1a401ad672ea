package io.promptstream.encoder;

/**
 * The size of an original image in pixels, not validated: {@link PromptFramer} does that.
 *
 * @param height rows of pixels
 * @param width columns of pixels
 */
public record ImageSize(int height, int width) {}
