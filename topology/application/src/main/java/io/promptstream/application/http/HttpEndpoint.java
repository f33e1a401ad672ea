package io.promptstream.application.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.promptstream.application.PromptStreamApplication;
import io.promptstream.application.http.Pages.Page;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.Models;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves health, metrics and what an application runs with; nothing that it serves changes the
 * application.
 *
 * <p>The JDK's server is enough, because it limits what clients can use: connections, the time of a
 * request and of a response, and the size of headers. It never reads a body. If all threads serve
 * slow clients, a probe waits for at most {@value #SECONDS} s.
 */
public final class HttpEndpoint implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HttpEndpoint.class);

  private static final int CONNECTIONS = 256;

  /** With Java's 50, the system drops connections in a burst, and a probe retries after 1 s. */
  private static final int BACKLOG = 4 * CONNECTIONS;

  private static final int THREADS = 8;
  private static final int SECONDS = 5;

  /** The server reads these when its classes are loaded. */
  private static final Map<String, Integer> LIMITS = Map.of(
      "jdk.httpserver.maxConnections", CONNECTIONS,
      "sun.net.httpserver.idleInterval", SECONDS,
      "sun.net.httpserver.maxReqTime", SECONDS,
      "sun.net.httpserver.maxRspTime", SECONDS);

  private final Pages pages;
  private final @Nullable HttpServer server;
  private final ThreadPoolExecutor threads = new ThreadPoolExecutor(
      THREADS, THREADS, SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(CONNECTIONS), work -> {
        Thread thread = new Thread(work, "promptstream-http");
        thread.setDaemon(true);
        return thread;
      });

  private HttpEndpoint(PromptStreamConfig config, List<String> settings) {
    pages = new Pages(config, settings);
    threads.allowCoreThreadTimeOut(true);
    server = config.httpPort() < 0 ? null : listen(config);
  }

  /**
   * Listens, if a port is configured, and says that the application is starting. If the endpoint
   * cannot listen, this is an error in the log, and events are encoded all the same.
   *
   * @param settings one line for each setting, without secrets
   */
  public static HttpEndpoint start(PromptStreamConfig config, List<String> settings) {
    return new HttpEndpoint(config, settings);
  }

  private @Nullable HttpServer listen(PromptStreamConfig config) {
    LIMITS.forEach((name, value) -> {
      if (System.getProperty(name) == null) {
        System.setProperty(name, value.toString());
      }
    });
    InetSocketAddress address = new InetSocketAddress(config.httpHost(), config.httpPort());
    try {
      HttpServer created = HttpServer.create(address, BACKLOG);
      created.createContext("/", this::handle);
      created.setExecutor(threads);
      created.start();
      log.info(
          "Health and metrics at http://{}:{}",
          config.httpHost(),
          created.getAddress().getPort());
      return created;
    } catch (IOException | IllegalArgumentException e) {
      log.error(
          "No health and metrics, because {}={} with {}={} cannot be listened on: {}",
          PromptStreamConfig.HTTP_PORT,
          config.httpPort(),
          PromptStreamConfig.HTTP_HOST,
          config.httpHost(),
          address.isUnresolved() ? "unknown host" : e.getMessage());
      return null;
    }
  }

  /** Shows loaded models, and returns them. */
  public Models loaded(Models models) {
    pages.loaded(models);
    return models;
  }

  /** Shows a running application, and returns it. */
  public PromptStreamApplication started(PromptStreamApplication application) {
    pages.started(application);
    return application;
  }

  /** Returns the port that it listens on, or -1 if it does not listen. */
  public int port() {
    return server == null ? -1 : server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      boolean head = exchange.getRequestMethod().equals("HEAD");
      Page page;
      if (head || exchange.getRequestMethod().equals("GET")) {
        page = page(exchange.getRequestURI().getPath());
      } else {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        page = Page.text(405, "Only GET and HEAD are allowed.\n");
      }
      exchange.getResponseHeaders().set("Content-Type", page.type());
      exchange.sendResponseHeaders(page.status(), head ? -1 : page.body().length);
      if (!head) {
        exchange.getResponseBody().write(page.body());
      }
    }
  }

  private Page page(String path) {
    try {
      return pages.get(path);
    } catch (RuntimeException e) {
      log.warn("Cannot serve {}", path, e);
      return Page.text(500, "Cannot serve this page: %s%n".formatted(e));
    }
  }

  /** Stops at once; requests in progress are aborted. */
  @Override
  public void close() {
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }
}
