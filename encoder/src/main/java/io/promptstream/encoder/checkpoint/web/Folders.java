package io.promptstream.encoder.checkpoint.web;

import java.nio.file.Path;
import java.util.Map;

/** Locates the folders of a user from the environment. */
public final class Folders {
  private Folders() {}

  /**
   * Returns the folder of cached prompt encoders: {@code PROMPTSTREAM_CACHE_DIR}, otherwise
   * {@code promptstream} in the user's cache folder.
   */
  public static Path promptStream(Map<String, String> environment) {
    return folder(environment, "PROMPTSTREAM_CACHE_DIR", "promptstream");
  }

  /** Returns {@code HF_HOME}, otherwise {@code huggingface} in the user's cache folder. */
  static Path huggingFace(Map<String, String> environment) {
    return folder(environment, "HF_HOME", "huggingface");
  }

  private static Path folder(Map<String, String> environment, String variable, String name) {
    String configured = environment.getOrDefault(variable, "");
    return configured.isBlank() ? cache(environment).resolve(name) : Path.of(configured);
  }

  private static Path cache(Map<String, String> environment) {
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    if (!cache.isBlank()) {
      return Path.of(cache);
    }
    String home = environment.getOrDefault("HOME", "");
    return Path.of(home.isBlank() ? System.getProperty("user.home", "") : home, ".cache");
  }
}
