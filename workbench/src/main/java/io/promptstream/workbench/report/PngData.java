package io.promptstream.workbench.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Puts pictures into the page itself, so that it stays one file. */
final class PngData {
  private PngData() {}

  /** Returns a picture as a {@code data:} URI of a PNG file. */
  static String uri(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // A stream of our own choice: ImageIO's default goes through a temporary file.
    try (var out = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java runtime writes no PNG files");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
