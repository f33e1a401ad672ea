package io.promptstream.encoder.checkpoint;

import io.promptstream.encoder.checkpoint.web.RemoteFile;
import io.promptstream.encoder.checkpoint.web.WebAddress;
import io.promptstream.encoder.checkpoint.web.WebException;
import io.promptstream.encoder.checkpoint.web.WebFiles;
import io.promptstream.encoder.checkpoint.web.WebSource;
import io.promptstream.encoder.checkpoint.web.WebSource.HubModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An open checkpoint on the web: one file, or a model on a hub in one or several files. */
final class RemoteCheckpoint implements OpenCheckpoint {
  private final WebFiles web;
  private final WebSource source;
  private final List<RemoteFile> files = new ArrayList<>();
  private final TensorSource tensors;

  RemoteCheckpoint(WebFiles web, WebSource source) throws IOException {
    this.web = web;
    this.source = source;
    try {
      this.tensors = source instanceof HubModel model
          ? tensors(model)
          : tensors(((WebSource.File) source).address());
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private TensorSource tensors(HubModel model) throws IOException {
    try {
      return tensors(model.file(HubModel.MODEL));
    } catch (WebException e) {
      if (!e.isNotFound()) {
        throw e;
      }
    }
    RemoteFile index = openIndex(model);
    HubModel pinned = model.at(index.commit());
    return new ShardedSafetensors(
        new CheckpointChannel(index), name -> new CheckpointChannel(openShard(pinned.file(name))));
  }

  private RemoteFile openShard(WebAddress address) throws IOException {
    try {
      return open(address);
    } catch (WebException e) {
      throw new MalformedCheckpointException(String.valueOf(e.getMessage()), e);
    }
  }

  private RemoteFile openIndex(HubModel model) throws IOException {
    try {
      return open(model.file(HubModel.INDEX));
    } catch (WebException e) {
      if (!e.isNotFound()) {
        throw e;
      }
      throw new MalformedCheckpointException(
          "it has neither %s nor %s: %s".formatted(HubModel.MODEL, HubModel.INDEX, e.getMessage()),
          e);
    }
  }

  private TensorSource tensors(WebAddress address) throws IOException {
    return Checkpoints.open(new CheckpointChannel(open(address)));
  }

  private RemoteFile open(WebAddress address) throws IOException {
    RemoteFile file = web.open(address);
    files.add(file);
    return file;
  }

  @Override
  public TensorSource tensors() {
    return tensors;
  }

  @Override
  public WeightsOrigin origin() {
    return new WeightsOrigin.Web(source.shown());
  }

  @Override
  public long bytesRead() {
    return files.stream().mapToLong(RemoteFile::bytesRead).sum();
  }

  @Override
  public long bytesThere() throws IOException {
    long sum = 0;
    for (RemoteFile file : files) {
      sum += file.size();
    }
    return sum;
  }

  @Override
  public String etag() {
    return files.get(0).etag();
  }

  @Override
  public String revision() {
    return files.stream()
        .map(RemoteFile::commit)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse("");
  }

  @Override
  public void close() throws IOException {
    for (RemoteFile file : files) {
      file.close();
    }
  }
}
