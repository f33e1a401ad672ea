package io.promptstream.intake;

import io.promptstream.schemas.ImageSize;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What requests do not say, and how they are read. Every format takes two fields beside those of
 * the tool, which go before these defaults: {@code image_id}, a string or a number, and
 * {@code image_size}, an object with {@code height} and {@code width} in pixels.
 *
 * @param imageId the id of the image, or null if each request has one
 * @param imageSize the size of the image, or null if each request has one
 * @param model the name of the model that encodes the prompts, or null for the application's first
 * @param boundRotatedBoxes whether a rotated box becomes its bounding box; otherwise it is refused
 */
public record RequestDefaults(
    @Nullable String imageId,
    @Nullable ImageSize imageSize,
    @Nullable String model,
    boolean boundRotatedBoxes) {
  /** The defaults if nothing is known. */
  public static final RequestDefaults NONE = new RequestDefaults(null, null, null, false);

  String imageIdOf(JsonField request) {
    return request
        .find("image_id")
        .map(JsonField::id)
        .or(() -> Optional.ofNullable(imageId))
        .orElseThrow(() ->
            request.get("image_id").refused("the id of the image, in the request or as a default"));
  }

  ImageSize imageSizeOf(JsonField request) {
    return request
        .find("image_size")
        .map(RequestDefaults::imageSize)
        .or(() -> Optional.ofNullable(imageSize))
        .orElseThrow(() -> request
            .get("image_size")
            .refused("the image's height and width, in the request or as a default"));
  }

  private static ImageSize imageSize(JsonField size) {
    size.requireOnly(Set.of("height", "width"));
    return new ImageSize(extent(size.get("height")), extent(size.get("width")));
  }

  /** Returns a positive number of pixels. */
  static int extent(JsonField pixels) {
    int extent = pixels.integer();
    if (extent <= 0) {
      throw pixels.refused("positive");
    }
    return extent;
  }
}
