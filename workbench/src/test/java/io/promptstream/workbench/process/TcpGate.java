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
 * A loopback port that forwards to a server and can simulate its failure. When shut, it refuses
 * connections and resets open ones, like a server that is down. When silent, it accepts connections
 * and never answers, like a server that hangs.
 */
public final class TcpGate implements AutoCloseable {
  private final InetSocketAddress target;

  /** Bound but not listening: reserves the port while the gate is shut. */
  private final Socket portHolder;

  private final Set<TcpRelay> relays = ConcurrentHashMap.newKeySet();

  private @Nullable Listener listener;

  /**
   * A listening socket and its state.
   *
   * @param silent whether its connections get no answer
   * @param ended completes when its thread has ended
   */
  private record Listener(
      ServerSocket socket, boolean silent, CompletableFuture<@Nullable Void> ended) {}

  private TcpGate(InetSocketAddress target, Socket portHolder) {
    this.target = target;
    this.portHolder = portHolder;
  }

  /** Returns an open gate at a free port; the server need not run yet. */
  public static TcpGate to(String host, int port) {
    Socket portHolder = new Socket();
    try {
      portHolder.setReuseAddress(true);
      portHolder.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    TcpGate gate = new TcpGate(new InetSocketAddress(host, port), portHolder);
    gate.open();
    return gate;
  }

  /** Returns the gate's port, which never changes. */
  public int port() {
    return portHolder.getLocalPort();
  }

  /** Refuses new connections and closes open ones; does nothing if already shut. */
  public synchronized void shut() {
    if (listener != null) {
      TcpRelay.closeQuietly(listener.socket());
      // The socket stays open until the thread blocked in accept() has woken up.
      listener.ended().join();
      listener = null;
    }
    relays.forEach(TcpRelay::close);
    relays.clear();
  }

  /** Accepts and forwards connections; does nothing if already open. */
  public synchronized void open() {
    listen(false);
  }

  /** Closes open connections; accepts new ones but never answers. */
  public synchronized void silence() {
    listen(true);
  }

  private void listen(boolean silent) {
    if (portHolder.isClosed()) {
      throw new IllegalStateException("the gate is closed");
    }
    if (listener != null && listener.silent() == silent) {
      return;
    }
    shut();
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(portHolder.getLocalSocketAddress());
      Listener opened = new Listener(socket, silent, new CompletableFuture<>());
      listener = opened;
      TcpRelay.startDaemon("tcp-gate-" + port(), () -> acceptConnections(opened));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void acceptConnections(Listener opened) {
    try {
      while (true) {
        TcpRelay relay = new TcpRelay(opened.socket().accept());
        relays.add(relay);
        if (!opened.silent()) {
          relay.start(target, () -> relays.remove(relay));
        }
      }
    } catch (IOException e) {
      // The gate was shut.
    } finally {
      opened.ended().complete(null);
    }
  }

  /** Shuts the gate permanently and releases its port. */
  @Override
  public synchronized void close() {
    shut();
    TcpRelay.closeQuietly(portHolder);
  }
}
