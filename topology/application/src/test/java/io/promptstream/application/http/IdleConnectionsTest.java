package io.promptstream.application.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Waits for 10 s, in another process than {@link HttpEndpointTest}, which also waits. */
@Timeout(120)
final class IdleConnectionsTest {
  @Test
  void shouldServeOthersAfterTenThousandIdleConnections() throws Exception {
    try (HttpEndpoint endpoint = HttpEndpointTest.start()) {
      Deque<Socket> idle = new ArrayDeque<>();
      try {
        for (int i = 0; i < 10_000; i++) {
          idle.add(HttpEndpointTest.connect(endpoint));
          if (idle.size() > 1_000) {
            idle.remove().close();
          }
        }
        // Beyond the limit, connections are closed at once, the others when they have been idle.
        for (Socket socket : idle) {
          assertThat(HttpEndpointTest.isClosed(socket)).isTrue();
        }
        assertThat(HttpEndpointTest.get(endpoint, "/live").statusCode()).isEqualTo(200);
      } finally {
        HttpEndpointTest.closeAll(idle);
      }
    }
  }
}
