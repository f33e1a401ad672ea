package io.promptstream.workbench.bench;

import io.promptstream.encoder.PromptEncoder;
import io.promptstream.workbench.bench.Contestant.Encoding;
import io.promptstream.workbench.process.ApplicationProcess;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Main class of a contestant's process: the application with a real or constant encoder. */
public final class BenchApplication {
  private BenchApplication() {}

  /** Takes a properties file of settings and the name of an {@link Encoding}. */
  public static void main(String[] arguments) {
    Encoding encoding = Encoding.valueOf(arguments[1]);
    int port = ApplicationProcess.config(arguments[0]).httpPort();
    if (port > 0) {
      readMetrics(port);
    }
    ApplicationProcess.run(arguments[0], model -> encoder(model, encoding));
  }

  /** Reads all metrics each second: more often than Prometheus does, and at this process's cost. */
  private static void readMetrics(int port) {
    HttpClient client = HttpClient.newHttpClient();
    URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
    Thread reader = new Thread(
        () -> {
          while (true) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            var unused = client.sendAsync(
                HttpRequest.newBuilder(metrics).build(), BodyHandlers.discarding());
          }
        },
        "metrics-reader");
    reader.setDaemon(true);
    reader.start();
  }

  private static PromptEncoder encoder(PromptEncoder model, Encoding encoding) {
    return switch (encoding) {
      case MODEL -> model;
      case CONSTANT -> new ConstantEncoder(model);
    };
  }
}
