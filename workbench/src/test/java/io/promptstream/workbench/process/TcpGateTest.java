package io.promptstream.workbench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class TcpGateTest {
  private ServerSocket echo;
  private TcpGate gate;

  @BeforeEach
  void startEcho() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    TcpRelay.startDaemon("echo", this::serve);
    gate = TcpGate.to(echo.getInetAddress().getHostAddress(), echo.getLocalPort());
  }

  private void serve() {
    while (true) {
      try {
        Socket client = echo.accept();
        TcpRelay.startDaemon("echo-client", () -> answer(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private static void answer(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException e) {
      // The client is gone.
    }
  }

  @AfterEach
  void stop() throws IOException {
    gate.close();
    echo.close();
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), gate.port());
  }

  private static int say(Socket socket, int what) throws IOException {
    socket.getOutputStream().write(what);
    return socket.getInputStream().read();
  }

  @Test
  void shouldForwardAllBytesInBothDirections() throws IOException {
    byte[] sent = new byte[100_000];
    new Random(42).nextBytes(sent);
    try (Socket socket = connect()) {
      socket.getOutputStream().write(sent);
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo(sent);
    }
  }

  @Test
  void shouldRefuseConnectionsWhileItIsShut() {
    gate.shut();
    gate.shut();
    assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
  }

  @Test
  void shouldCloseOpenConnectionsWhenItIsShut() throws IOException {
    try (Socket socket = connect()) {
      assertThat(say(socket, 7)).isEqualTo(7);
      gate.shut();
      assertThat(endOrReset(socket)).isTrue();
    }
  }

  private static boolean endOrReset(Socket socket) {
    try {
      return socket.getInputStream().read() == -1;
    } catch (IOException e) {
      return true;
    }
  }

  @Test
  void shouldAcceptConnectionsAtTheSamePortAfterReopening() throws IOException {
    int port = gate.port();
    for (int round = 0; round < 5; round++) {
      try (Socket socket = connect()) {
        assertThat(say(socket, round)).isEqualTo(round);
        gate.shut();
      }
      assertThatExceptionOfType(ConnectException.class).isThrownBy(this::connect);
      gate.open();
      gate.open();
    }
    assertThat(gate.port()).isEqualTo(port);
    try (Socket socket = connect()) {
      assertThat(say(socket, 9)).isEqualTo(9);
    }
  }

  @Test
  void shouldAcceptConnectionsAndNotAnswerWhileItIsSilentAndCutThemWhenItIsOpened()
      throws IOException {
    gate.silence();
    gate.silence();
    try (Socket socket = connect()) {
      socket.setSoTimeout(500);
      assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(() -> say(socket, 7));

      gate.open();

      assertThat(endOrReset(socket)).isTrue();
    }
    try (Socket socket = connect()) {
      assertThat(say(socket, 9)).isEqualTo(9);
    }
  }

  @Test
  void shouldEndTheConnectionOfAServerThatIsNotThere() throws IOException {
    echo.close();
    try (Socket socket = connect()) {
      assertThat(endOrReset(socket)).isTrue();
    }
  }

  @Test
  void shouldKeepItsPortWhileItIsShutAndGiveItBackWhenItIsClosed() throws IOException {
    gate.shut();
    int port = gate.port();
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> {
      try (Socket other = new Socket()) {
        other.bind(gateAddress(port));
      }
    });
    gate.close();
    try (ServerSocket other = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(other.getLocalPort()).isEqualTo(port);
    }
    assertThatIllegalStateException().isThrownBy(gate::open);
  }

  private static InetSocketAddress gateAddress(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }
}
