package io.promptstream.encoder.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What stands in the {@code __metadata__} of a prompt encoder that was taken out of a checkpoint.
 *
 * @param profile the model family's name
 * @param modelId as {@link ModelId} has it
 * @param sha256 as {@link CanonicalTensors#sha256} has it
 * @param source where it was taken from, without what may be secret
 * @param etag the server's {@code ETag} of the source, empty where there is none
 * @param revision the commit of the source's repository, empty where there is none
 */
record ExtractMetadata(
    String profile, String modelId, String sha256, String source, String etag, String revision) {
  private static final String PROFILE = "profile";
  private static final String MODEL_ID = "model_id";
  private static final String SHA_256 = "sha256";
  private static final String SOURCE = "source";
  private static final String ETAG = "etag";
  private static final String REVISION = "revision";
  private static final String VERSION = "promptstream_format";
  private static final String VERSION_NOW = "1";

  /** Returns the entries; an empty one is left out. */
  Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    // By this Hugging Face's own tools tell that the tensors are as in PyTorch.
    entries.put("format", "pt");
    entries.put(VERSION, VERSION_NOW);
    entries.put(PROFILE, profile);
    entries.put(MODEL_ID, modelId);
    entries.put(SHA_256, sha256);
    entries.put(SOURCE, source);
    entries.put(ETAG, etag);
    entries.put(REVISION, revision);
    entries.values().removeIf(String::isEmpty);
    return entries;
  }

  /** Reads the entries of a file, nothing where it was not made by PromptStream. */
  static Optional<ExtractMetadata> of(Map<String, String> entries) {
    if (!VERSION_NOW.equals(entries.get(VERSION))) {
      return Optional.empty();
    }
    return Optional.of(new ExtractMetadata(
        entries.getOrDefault(PROFILE, ""),
        entries.getOrDefault(MODEL_ID, ""),
        entries.getOrDefault(SHA_256, ""),
        entries.getOrDefault(SOURCE, ""),
        entries.getOrDefault(ETAG, ""),
        entries.getOrDefault(REVISION, "")));
  }
}
