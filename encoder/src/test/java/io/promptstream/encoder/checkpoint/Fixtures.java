package io.promptstream.encoder.checkpoint;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/** Random weights as PyTorch and safetensors write them; those of SAM are the same in both. */
enum Fixtures {
  TORCH_ZIP("sam/sam_vit_like.pth"),
  SAFETENSORS("sam/hf_sam_like.safetensors"),
  /** Has the state dict under {@code model}. */
  NESTED_TORCH_ZIP("sam2/sam2_like.pt");

  private final String fileName;

  Fixtures(String fileName) {
    this.fileName = fileName;
  }

  boolean isZip() {
    return this != SAFETENSORS;
  }

  Path path() {
    String resource = "/fixtures/" + fileName;
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
