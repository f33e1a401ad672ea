package io.promptstream.encoder.checkpoint.web;

import java.util.Optional;

/** A resolved source on the web. */
public sealed interface WebSource {
  /** Returns the source for display, without secrets. */
  String shown();

  /** Returns the cache key, which is the same for all sources that name the same file. */
  String key();

  /** One file. */
  record File(WebAddress address) implements WebSource {
    @Override
    public String shown() {
      return address.shown();
    }

    @Override
    public String key() {
      return address.uri().toString();
    }
  }

  /**
   * The safetensors model of a repository on a hub.
   *
   * @param repository {@code OWNER/NAME}
   * @param revision a branch, a tag or a commit
   */
  record HubModel(Hub hub, String repository, String revision) implements WebSource {
    /** The file name of a model in one file. */
    public static final String MODEL = "model.safetensors";

    /** The file name of the index of a model in several files. */
    public static final String INDEX = "model.safetensors.index.json";

    /** Returns the address of a file of the model. */
    public WebAddress file(String name) {
      return hub.file(repository, revision, name);
    }

    /**
     * Returns the model at the commit that the hub reported, so that all files are of one commit.
     */
    public HubModel at(Optional<String> commit) {
      return commit.map(c -> new HubModel(hub, repository, c)).orElse(this);
    }

    @Override
    public String shown() {
      return "hf:%s@%s".formatted(repository, revision);
    }

    @Override
    public String key() {
      return hub.file(repository, revision, "").uri().toString();
    }
  }
}
