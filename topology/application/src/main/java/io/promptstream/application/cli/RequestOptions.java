package io.promptstream.application.cli;

import io.promptstream.intake.RequestDefaults;
import io.promptstream.schemas.ImageSize;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options for what the requests of a tool do not say. */
final class RequestOptions {
  @Option(
      names = "--image-id",
      paramLabel = "ID",
      description = "Id of the image of requests that do not name one.")
  private @Nullable String imageId;

  @Option(
      names = "--image-size",
      paramLabel = "WIDTHxHEIGHT",
      converter = SizeConverter.class,
      description = "Size of the image of requests that do not name one, in pixels.")
  private @Nullable ImageSize imageSize;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "Name of the model that encodes the prompts. Default: the first model.")
  private @Nullable String model;

  @Option(
      names = "--bound-rotated-boxes",
      description = "Takes the bounding box of a rotated box, which otherwise is refused.")
  private boolean boundRotatedBoxes;

  RequestDefaults defaults() {
    return new RequestDefaults(imageId, imageSize, model, boundRotatedBoxes);
  }

  /** Reads a size such as 1800x1200. */
  static final class SizeConverter implements ITypeConverter<ImageSize> {
    @Override
    public ImageSize convert(String text) {
      if (!text.matches("[1-9][0-9]{0,8}x[1-9][0-9]{0,8}")) {
        throw new TypeConversionException(
            "'%s' is not a width and a height in pixels, such as 1800x1200".formatted(text));
      }
      int middle = text.indexOf('x');
      return new ImageSize(
          Integer.parseInt(text.substring(middle + 1)),
          Integer.parseInt(text.substring(0, middle)));
    }
  }
}
