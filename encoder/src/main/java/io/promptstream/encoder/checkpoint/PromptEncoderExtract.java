package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.CheckpointInspection.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt encoder that was extracted from a checkpoint.
 *
 * @param weights the weights
 * @param metadata the metadata to store with the weights
 * @param inspection the prompt encoder as found in the checkpoint
 */
record PromptEncoderExtract(
    PromptEncoderWeights weights, ExtractMetadata metadata, CheckpointInspection inspection) {
  /** Reads only the tensors of the prompt encoder. */
  static PromptEncoderExtract read(OpenCheckpoint checkpoint) throws IOException {
    RecordingTensors recording = new RecordingTensors(checkpoint.tensors());
    PromptEncoderWeights weights = WeightsReader.read(recording, checkpoint.origin());
    String profile = weights.family().profileName();
    ExtractMetadata metadata = new ExtractMetadata(
        profile,
        ModelId.of(weights, profile),
        CanonicalTensors.of(weights).sha256(),
        weights.origin().name(),
        checkpoint.etag(),
        checkpoint.revision());
    List<Tensor> tensors = new ArrayList<>();
    for (String name : recording.namesRead()) {
      tensors.add(new Tensor(name, recording.shape(name), recording.elementType(name)));
    }
    return new PromptEncoderExtract(
        weights, metadata, inspection(weights, metadata, tensors, checkpoint));
  }

  private static CheckpointInspection inspection(
      PromptEncoderWeights weights,
      ExtractMetadata metadata,
      List<Tensor> tensors,
      OpenCheckpoint checkpoint)
      throws IOException {
    return new CheckpointInspection(
        weights.source(),
        metadata.profile(),
        weights.noMaskEmbed().values().length,
        weights.maskDownscaling().conv2Bias().values().length,
        metadata.modelId(),
        metadata.sha256(),
        metadata.revision(),
        tensors,
        checkpoint.bytesRead(),
        checkpoint.bytesThere());
  }

  /** Returns a safetensors file with only the prompt encoder, a few tens of KiB. */
  byte[] safetensors() {
    return SafetensorsWriter.write(CanonicalTensors.of(weights).ofFamily(), metadata.entries());
  }
}
