package io.promptstream.workbench.report;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encodes pictures for embedding in the page. */
final class PngData {
  private PngData() {}

  /** Returns a picture as a {@code data:} URI of a PNG file. */
  static String uri(BufferedImage image) {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    // Not ImageIO's default stream, which uses a temporary file.
    try (var out = new MemoryCacheImageOutputStream(png)) {
      if (!ImageIO.write(image, "png", out)) {
        throw new IllegalStateException("this Java runtime cannot write PNG files");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png.toByteArray());
  }
}
