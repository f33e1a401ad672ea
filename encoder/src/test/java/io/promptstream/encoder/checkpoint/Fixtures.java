package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** The same random weights in both containers, written by PyTorch and by safetensors. */
enum Fixtures {
  TORCH_ZIP("sam_vit_like.pth"),
  SAFETENSORS("hf_sam_like.safetensors");

  private final String fileName;

  Fixtures(String fileName) {
    this.fileName = fileName;
  }

  Path path() {
    String resource = "/fixtures/sam/" + fileName;
    URL url = Fixtures.class.getResource(resource);
    if (url == null) {
      throw new IllegalStateException(resource + " is missing");
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  byte[] bytes() throws IOException {
    return Files.readAllBytes(path());
  }
}
