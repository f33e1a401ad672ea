package io.promptstream.encoder.checkpoint.web;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;

/** Opens files on the web. */
public final class WebFiles {
  private final HttpTransport transport;
  private final WebOptions options;
  private final Function<String, Progress> progress;

  /**
   * Creates an opener of files.
   *
   * @param progress creates the progress of a download, given the file name
   */
  public WebFiles(WebOptions options, Function<String, Progress> progress) {
    this.transport = new HttpTransport(options);
    this.options = options;
    this.progress = progress;
  }

  /**
   * Opens a file by requesting its start; the response also gives the size and shows whether the
   * server supports ranges.
   *
   * @throws WebException if the file cannot be read
   */
  public RemoteFile open(WebAddress address) throws IOException {
    Requests requests = new Requests(transport, address, progress.apply(fileName(address)));
    Retries retries = new Retries(options);
    try {
      while (true) {
        try {
          return tryOpen(requests);
        } catch (RetryableException e) {
          retries.pause(e, requests.bytesRead());
        }
      }
    } catch (IOException e) {
      requests.close();
      throw e;
    }
  }

  private RemoteFile tryOpen(Requests requests) throws IOException {
    WebResponse response = requests.get("0-" + (RangedFile.BLOCK - 1), Optional.empty());
    try {
      if (response.status() == WebResponse.OK) {
        return SpooledFile.of(requests, options, response);
      }
      ContentRange range = response.contentRange();
      RangeReader reader =
          new RangeReader(requests, options, FileVersion.of(response, range.size()));
      // An empty file has no first byte, so the server answers 416.
      int length = (int) Math.min(RangedFile.BLOCK, range.size());
      byte[] start = length == 0 ? new byte[0] : reader.readStart(response, length);
      return new RangedFile(requests, reader, start);
    } catch (IOException e) {
      response.close();
      throw e;
    }
  }

  private static String fileName(WebAddress address) {
    String path = address.uri().getRawPath();
    return ServerText.of(path.substring(path.lastIndexOf('/') + 1));
  }
}
