package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/**
 * Opens files on the web.
 *
 * @param progress creates the progress of a download, given the file name
 */
public record WebFiles(WebOptions options, Function<String, Progress> progress) {
  /**
   * Opens a file by requesting its start; the response also gives the size and shows whether the
   * server supports ranges.
   *
   * @throws WebException if the file cannot be read
   */
  public RemoteFile open(WebAddress address) throws IOException {
    String path = address.uri().getRawPath();
    String name = ServerText.of(path.substring(path.lastIndexOf('/') + 1));
    Requests requests = new Requests(options, address, progress.apply(name));
    Retries retries = new Retries(options);
    try {
      while (true) {
        try {
          return tryOpen(requests);
        } catch (WebException e) {
          retries.pause(e, requests.bytesRead());
        }
      }
    } catch (IOException e) {
      requests.close();
      throw e;
    }
  }

  private static RemoteFile tryOpen(Requests requests) throws IOException {
    WebResponse response = requests.get("0-" + (RangedFile.BLOCK - 1), Optional.empty());
    try {
      return response.isWholeFile()
          ? new SpooledFile(requests, response)
          : new RangedFile(requests, response);
    } catch (IOException e) {
      response.close();
      throw e;
    }
  }
}
