package io.promptstream.workbench.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/** One connection through a gate: forwards data in both directions until both sides have ended. */
final class TcpRelay {
  private final Socket client;
  private final Socket server = new Socket();

  TcpRelay(Socket client) {
    this.client = client;
  }

  /** Connects to the server and forwards data on separate threads. */
  void start(InetSocketAddress target, Runnable whenEnded) {
    startDaemon("tcp-relay-" + client.getPort(), () -> {
      try {
        server.connect(target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        Thread back = startDaemon("tcp-relay-back-" + client.getPort(), () -> pump(server, client));
        pump(client, server);
        back.join();
      } catch (IOException | InterruptedException e) {
        // The client sees the end of its connection, as without a gate.
      } finally {
        close();
        whenEnded.run();
      }
    });
  }

  private void pump(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      // If one side fails, close both.
      close();
    }
  }

  /** Closes both sides. */
  void close() {
    closeQuietly(client);
    closeQuietly(server);
  }

  static void closeQuietly(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // The port is released anyway.
    }
  }

  static Thread startDaemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
