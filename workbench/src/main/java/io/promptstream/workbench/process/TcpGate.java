package io.promptstream.workbench.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A port of the loopback address that leads to a server. It can be shut: connections are then
 * refused, as by a server that is down, and open ones are cut. It can be silent: it accepts
 * connections and never answers, as a server that hangs.
 */
public final class TcpGate implements AutoCloseable {
  private final InetSocketAddress target;

  /** Bound and never listening: while the gate is shut, nobody else gets its port. */
  private final Socket place;

  private final Set<TcpRelay> relays = ConcurrentHashMap.newKeySet();

  private @Nullable Door door;

  /**
   * What listens, until it is closed.
   *
   * @param silent whether its connections lead nowhere
   * @param ended whether its thread has seen that it is closed
   */
  private record Door(
      ServerSocket socket, boolean silent, CompletableFuture<@Nullable Void> ended) {}

  private TcpGate(InetSocketAddress target, Socket place) {
    this.target = target;
    this.place = place;
  }

  /** Returns an open gate, at a free port, to a server that need not be there yet. */
  public static TcpGate to(String host, int port) {
    Socket place = new Socket();
    try {
      place.setReuseAddress(true);
      place.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TcpGate gate = new TcpGate(new InetSocketAddress(host, port), place);
    gate.open();
    return gate;
  }

  /** Returns the gate's own port, the same for as long as it lives. */
  public int port() {
    return place.getLocalPort();
  }

  /** Refuses connections, and cuts those that there are; nothing happens if it is shut already. */
  public synchronized void shut() {
    if (door != null) {
      TcpRelay.closeQuietly(door.socket());
      // A thread that waits for a connection keeps the socket open until it has woken up.
      door.ended().join();
      door = null;
    }
    relays.forEach(TcpRelay::close);
    relays.clear();
  }

  /** Takes connections, from now on; nothing happens if it is open already. */
  public synchronized void open() {
    listen(false);
  }

  /** Accepts connections and never answers, from now on; connections that are open are cut. */
  public synchronized void silence() {
    listen(true);
  }

  private void listen(boolean silent) {
    if (place.isClosed()) {
      throw new IllegalStateException("the gate is closed for good");
    }
    if (door != null && door.silent() == silent) {
      return;
    }
    shut();
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(place.getLocalSocketAddress());
      Door opened = new Door(socket, silent, new CompletableFuture<>());
      door = opened;
      TcpRelay.startDaemon("tcp-gate-" + port(), () -> letIn(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void letIn(Door opened) {
    try {
      while (true) {
        TcpRelay relay = new TcpRelay(opened.socket().accept());
        relays.add(relay);
        if (!opened.silent()) {
          relay.start(target, () -> relays.remove(relay));
        }
      }
    } catch (IOException e) {
      // It was shut.
    } finally {
      opened.ended().complete(null);
    }
  }

  /** Shuts the gate for good and gives its port back. */
  @Override
  public synchronized void close() {
    shut();
    TcpRelay.closeQuietly(place);
  }
}
