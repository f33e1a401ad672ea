package io.promptstream.encoder.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code __metadata__} of a prompt encoder that was extracted from a checkpoint.
 *
 * @param profile the model family's name
 * @param modelId as {@link ModelId} computes it
 * @param sha256 as {@link CanonicalTensors#sha256} computes it
 * @param source the source of the checkpoint, without secrets
 * @param etag the server's {@code ETag} of the source, empty if there is none
 * @param revision the commit of the source's repository, empty if there is none
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
  private static final String CURRENT_VERSION = "1";

  /** Returns the non-empty entries. */
  Map<String, String> entries() {
    Map<String, String> entries = new LinkedHashMap<>();
    // Tells Hugging Face's own tools that the tensors are laid out as in PyTorch.
    entries.put("format", "pt");
    entries.put(VERSION, CURRENT_VERSION);
    entries.put(PROFILE, profile);
    entries.put(MODEL_ID, modelId);
    entries.put(SHA_256, sha256);
    entries.put(SOURCE, source);
    entries.put(ETAG, etag);
    entries.put(REVISION, revision);
    entries.values().removeIf(String::isEmpty);
    return entries;
  }

  /** Reads the entries of a file, empty if PromptStream did not write the file. */
  static Optional<ExtractMetadata> of(Map<String, String> entries) {
    if (!CURRENT_VERSION.equals(entries.get(VERSION))) {
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
