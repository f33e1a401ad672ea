package io.promptstream.encoder.checkpoint.web;

import java.nio.file.Path;
import java.util.Map;

/** The folders of a user that the environment names. */
public final class Folders {
  private Folders() {}

  /**
   * Returns where prompt encoders are kept: {@code PROMPTSTREAM_CACHE_DIR}, else
   * {@code promptstream} in the user's cache folder.
   */
  public static Path promptStream(Map<String, String> environment) {
    return folder(environment, "PROMPTSTREAM_CACHE_DIR", "promptstream");
  }

  /** Returns {@code HF_HOME}, else {@code huggingface} in the user's cache folder. */
  static Path huggingFace(Map<String, String> environment) {
    return folder(environment, "HF_HOME", "huggingface");
  }

  private static Path folder(Map<String, String> environment, String variable, String name) {
    String own = environment.getOrDefault(variable, "");
    return own.isBlank() ? cache(environment).resolve(name) : Path.of(own);
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
