package io.promptstream.encoder;

/**
 * The size of an original image in pixels, which {@link PromptFramer} validates.
 *
 * @param height rows of pixels
 * @param width columns of pixels
 */
public record ImageSize(int height, int width) {}
