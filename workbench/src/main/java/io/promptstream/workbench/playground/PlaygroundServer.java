package io.promptstream.workbench.playground;

import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.ForbiddenResponse;
import io.javalin.http.staticfiles.Location;
import io.javalin.util.JavalinException;
import io.javalin.websocket.WsConfig;
import io.promptstream.application.cli.CommandFailedException;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The web server: the files of the page, and one WebSocket for each open page. It refuses requests
 * that a page of another origin makes, and hosts that it was not started for.
 */
final class PlaygroundServer implements AutoCloseable {
  private static final int MAX_MESSAGE_BYTES = 1 << 20;
  private static final Pattern VISITOR = Pattern.compile("[0-9a-zA-Z]{1,64}");
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final String ALL_ADDRESSES = "0.0.0.0";
  private static final int POLICY_VIOLATION = 1008;

  /** Nothing is loaded from elsewhere, and no script runs that is not a file of the page. */
  private static final Map<String, String> HEADERS = Map.of(
      "Content-Security-Policy",
      "default-src 'self'; img-src 'self' blob: data:; frame-ancestors 'none'; base-uri 'none'",
      "X-Content-Type-Options",
      "nosniff",
      "Referrer-Policy",
      "no-referrer",
      "Cache-Control",
      "no-cache");

  private final String host;
  private final Playground playground;
  private final Javalin server;

  private PlaygroundServer(String host, int port, Playground playground) {
    this.host = host;
    this.playground = playground;
    server = Javalin.create(config -> configure(config, port));
  }

  /**
   * Starts the server.
   *
   * @param port 0 for a free one
   * @throws CommandFailedException if it cannot listen there
   */
  static PlaygroundServer start(String host, int port, Playground playground) {
    PlaygroundServer started = new PlaygroundServer(host, port, playground);
    try {
      started.server.start();
    } catch (JavalinException e) {
      throw new CommandFailedException(
          "The playground cannot listen at %s:%d: %s".formatted(host, port, e.getMessage()), e);
    }
    return started;
  }

  private void configure(JavalinConfig config, int port) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.jetty.host = host;
    config.jetty.port = port;
    config.jetty.modifyWebSocketServletFactory(
        factory -> factory.setMaxTextMessageSize(MAX_MESSAGE_BYTES));
    config.staticFiles.add(files -> {
      files.directory = "/io/promptstream/workbench/playground/page";
      files.location = Location.CLASSPATH;
      files.headers = HEADERS;
    });
    config.routes.before(this::requireOwnHost);
    config.routes.wsBeforeUpgrade("/stream", this::requireOwnOrigin);
    config.routes.ws("/stream", this::stream);
  }

  private void stream(WsConfig socket) {
    socket.onConnect(context -> {
      String visitor = context.queryParam("session");
      if (visitor == null || !VISITOR.matcher(visitor).matches()) {
        context.closeSession(POLICY_VIOLATION, "session must have 1 to 64 letters and digits");
        return;
      }
      Page page = new Page(visitor, context.session);
      context.attribute("page", page);
      context.enableAutomaticPings();
      playground.enter(page);
    });
    socket.onMessage(context -> {
      Page page = context.attribute("page");
      if (page != null) {
        playground.receive(page, context.message());
      }
    });
    socket.onClose(context -> {
      Page page = context.attribute("page");
      if (page != null) {
        playground.leave(page);
      }
    });
  }

  /** Refuses names that a foreign page may have pointed to this machine. */
  private void requireOwnHost(Context context) {
    String name = String.valueOf(context.host()).replaceFirst(":\\d+$", "");
    if (!(LOOPBACK.contains(name) || host.equals(name) || host.equals(ALL_ADDRESSES))) {
      throw new ForbiddenResponse("This server is not " + name);
    }
  }

  /** Browsers always say which page opens a WebSocket; other programs need not. */
  private void requireOwnOrigin(Context context) {
    requireOwnHost(context);
    String origin = context.header("Origin");
    if (origin != null && !origin.equals(context.scheme() + "://" + context.host())) {
      throw new ForbiddenResponse("Pages of " + origin + " cannot use this server");
    }
  }

  int port() {
    return server.port();
  }

  @Override
  public void close() {
    server.stop();
  }
}
