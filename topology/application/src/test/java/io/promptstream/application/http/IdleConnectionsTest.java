package io.promptstream.application.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits for 10 s, in another process than {@link HttpEndpointTest}, which also waits. */
@Timeout(60)
final class IdleConnectionsTest {
  @Test
  void shouldCloseIdleConnectionsSoThatOthersAreServed() throws Exception {
    try (HttpEndpoint endpoint = HttpEndpointTest.start()) {
      List<Socket> idle = new ArrayList<>();
      try {
        for (int i = 0; i < 1_000; i++) {
          idle.add(HttpEndpointTest.connect(endpoint));
        }
        // The limit of connections is reached, and later ones are closed at once.
        assertThat(idle.get(999).getInputStream().read()).isEqualTo(-1);
        assertThat(idle.get(0).getInputStream().read()).isEqualTo(-1);
        assertThat(HttpEndpointTest.get(endpoint, "/live").statusCode()).isEqualTo(200);
      } finally {
        for (Socket socket : idle) {
          socket.close();
        }
      }
    }
  }
}
