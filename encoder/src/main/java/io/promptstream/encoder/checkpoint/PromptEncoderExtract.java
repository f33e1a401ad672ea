package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.CheckpointInspection.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A prompt encoder that was extracted from a checkpoint.
 *
 * @param weights the weights
 * @param etag the server's {@code ETag} of the checkpoint, empty if there is none
 * @param inspection the prompt encoder as found in the checkpoint
 */
record PromptEncoderExtract(
    PromptEncoderWeights weights, String etag, CheckpointInspection inspection) {
  private static final String SHA_256 = "sha256";
  private static final String VERSION = "promptstream_format";
  private static final String CURRENT_VERSION = "1";

  /** Reads only the tensors of the prompt encoder. */
  static PromptEncoderExtract read(OpenCheckpoint checkpoint) throws IOException {
    TensorSource source = checkpoint.tensors();
    FamilyDetector.Match match = FamilyDetector.detect(source.names());
    PromptEncoderWeights weights = WeightsReader.read(source, match, checkpoint.origin());
    List<Tensor> tensors = new ArrayList<>();
    for (String name : match.names().values()) {
      tensors.add(new Tensor(name, source.shape(name), source.elementType(name)));
    }
    String profile = weights.family().profileName();
    CheckpointInspection inspection = new CheckpointInspection(
        weights.source(),
        profile,
        weights.embeddingWidth(),
        weights.maskChannels(),
        weights.modelId(profile),
        weights.sha256(profile),
        checkpoint.revision(),
        tensors,
        checkpoint.bytesRead(),
        checkpoint.bytesThere());
    return new PromptEncoderExtract(weights, checkpoint.etag(), inspection);
  }

  /** Returns a safetensors file with only the prompt encoder, a few tens of KiB. */
  byte[] safetensors() {
    Map<String, String> metadata = new LinkedHashMap<>();
    // Tells Hugging Face's own tools that the tensors are laid out as in PyTorch.
    metadata.put("format", "pt");
    metadata.put(VERSION, CURRENT_VERSION);
    metadata.put("profile", inspection.profile());
    metadata.put("model_id", inspection.modelId());
    metadata.put(SHA_256, inspection.sha256());
    metadata.put("source", weights.origin().name());
    metadata.put("etag", etag);
    metadata.put("revision", inspection.revision());
    metadata.values().removeIf(String::isEmpty);
    return SafetensorsWriter.write(weights, metadata);
  }

  /** Returns the digest in the metadata of a file that {@link #safetensors} created. */
  static Optional<String> sha256(Map<String, String> metadata) {
    return CURRENT_VERSION.equals(metadata.get(VERSION))
        ? Optional.ofNullable(metadata.get(SHA_256))
        : Optional.empty();
  }
}
