package io.promptstream.workbench.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * One connection through a gate: what either side says goes to the other, until both have ended.
 */
final class TcpRelay {
  private final Socket client;
  private final Socket server = new Socket();

  TcpRelay(Socket client) {
    this.client = client;
  }

  /** Connects to the server and starts, on threads of its own. */
  void start(InetSocketAddress target, Runnable whenEnded) {
    startDaemon("tcp-relay-" + client.getPort(), () -> {
      try {
        server.connect(target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread back = startDaemon("tcp-relay-back-" + client.getPort(), () -> pass(server, client));
        pass(client, server);
        back.join();
      } catch (IOException | InterruptedException e) {
        // The client learns of it by the end of its connection, as without a gate.
      } finally {
        close();
        whenEnded.run();
      }
    });
  }

  private void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // What is cut on one side is cut on the other.
      close();
    }
  }

  /** Cuts both sides. */
  void close() {
    closeQuietly(client);
    closeQuietly(server);
  }

  static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Its port is free all the same.
    }
  }

  static Thread startDaemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
