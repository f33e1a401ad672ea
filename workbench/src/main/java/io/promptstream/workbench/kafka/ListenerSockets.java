package io.promptstream.workbench.kafka;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The listener sockets of a node, bound before it starts.
 *
 * <p>A node must know its advertised ports before it opens them, and another process could take a
 * free port in between; so the sockets are bound first and passed to the node.
 */
final class ListenerSockets implements ServerSocketFactory, AutoCloseable {
  static final String HOST = "127.0.0.1";

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  static final String BROKER = "CLIENTS";
  static final String CONTROLLER = "CONTROLLER";

  private final ServerSocketChannel broker;
  private final ServerSocketChannel controller;

  private ListenerSockets(ServerSocketChannel broker, ServerSocketChannel controller) {
    this.broker = broker;
    this.controller = controller;
  }

  /**
   * Binds both sockets.
   *
   * @param brokerPort the port for clients, or 0 for a free one
   * @throws IOException if the port cannot be bound; the message names it
   */
  static ListenerSockets bind(int brokerPort) throws IOException {
    ServerSocketChannel broker = bindOne(brokerPort);
    try {
      return new ListenerSockets(broker, bindOne(0));
    } catch (IOException e) {
      broker.close();
      throw e;
    }
  }

  private static ServerSocketChannel bindOne(int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      return channel.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
    } catch (BindException e) {
      channel.close();
      throw new IOException(
          "port %d of %s cannot be used for Kafka: %s".formatted(port, HOST, e.getMessage()), e);
    }
  }

  int brokerPort() {
    return broker.socket().getLocalPort();
  }

  int controllerPort() {
    return controller.socket().getLocalPort();
  }

  @Override
  public ServerSocketChannel openServerSocket(
      String listener, InetSocketAddress address, int backlog, int receiveBuffer)
      throws IOException {
    ServerSocketChannel channel = switch (listener) {
      case BROKER -> broker;
      case CONTROLLER -> controller;
      default -> throw new IllegalArgumentException("unknown listener: " + listener);
    };
    channel.configureBlocking(false);
    return channel;
  }

  @Override
  public void close() throws IOException {
    try (broker) {
      controller.close();
    }
  }
}
