package io.promptstream.encoder.checkpoint.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.Headers;
import io.promptstream.encoder.checkpoint.web.TestServer.Request;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteFileTest {
  private static final int MIB = 1 << 20;
  private static final WebOptions OPTIONS = new WebOptions(
      Duration.ofSeconds(5),
      Duration.ofSeconds(20),
      4,
      Duration.ofMillis(1),
      Duration.ofSeconds(5));

  @TempDir
  private Path directory;

  private TestServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = TestServer.start();
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @Test
  void shouldReadAtMostOneBlockForASmallRead() throws IOException {
    byte[] content = content(10 * MIB);

    try (RemoteFile file = open(serve(content))) {
      assertThat(file.size()).isEqualTo(content.length);
      assertThat(read(file, 5 * MIB, 100))
          .isEqualTo(Arrays.copyOfRange(content, 5 * MIB, 5 * MIB + 100));
      assertThat(read(file, 5 * MIB + 100, 100))
          .isEqualTo(Arrays.copyOfRange(content, 5 * MIB + 100, 5 * MIB + 200));
      assertThat(file.bytesRead()).isEqualTo(2 * RangedFile.BLOCK);
    }
    assertThat(server.bytesSent()).isEqualTo(2 * RangedFile.BLOCK);
  }

  @Test
  void shouldReadTheEndBackwardsWithOneRequest() throws IOException {
    byte[] content = content(MIB + 5);

    try (RemoteFile file = open(serve(content))) {
      for (int back = 22; back < 30_000; back += 1000) {
        int from = content.length - back;
        assertThat(read(file, from, 22)).isEqualTo(Arrays.copyOfRange(content, from, from + 22));
      }
    }
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void shouldReadALargeUncachedRangeWithOneRequest() throws IOException {
    byte[] content = content(MIB);

    try (RemoteFile file = open(serve(content))) {
      assertThat(read(file, 64, MIB / 2)).isEqualTo(Arrays.copyOfRange(content, 64, 64 + MIB / 2));
    }
    assertThat(ranges()).containsExactly("bytes=0-65535", "bytes=65536-" + (64 + MIB / 2 - 1));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 22, RangedFile.BLOCK, RangedFile.BLOCK + 1, 3 * RangedFile.BLOCK + 7})
  void shouldReadFilesOfAnySizeInStepsOfAnySize(int size) throws IOException {
    byte[] content = content(size);

    try (RemoteFile file = open(serve(content))) {
      assertThat(file.size()).isEqualTo(size);
      for (int step : new int[] {1000, 70_000}) {
        for (int from = 0; from < size; from += step) {
          int count = Math.min(step, size - from);
          assertThat(read(file, from, count))
              .isEqualTo(Arrays.copyOfRange(content, from, from + count));
        }
      }
      file.position(size);
      assertThat(file.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }
  }

  @Test
  void shouldResumeAtTheLastByteAfterABrokenConnection() throws IOException {
    byte[] content = content(MIB);
    String address = serve(content);
    server.behave((exchange, range) -> {
      if (range.request() % 2 == 0) {
        return false;
      }
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %d-%d/%d".formatted(range.first(), range.last(), range.size()));
      exchange.sendResponseHeaders(206, range.length());
      server.send(exchange, range.file(), range.first(), range.length() / 2);
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
    assertThat(ranges())
        .anyMatch(range ->
            Long.parseLong(range.substring(6, range.indexOf('-'))) % RangedFile.BLOCK != 0);
    assertThat(server.bytesSent()).isLessThan(content.length * 3L / 2);
  }

  @Test
  void shouldGiveUpAServerThatAlwaysDropsTheConnection() throws IOException {
    String address = serve(content(MIB));
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("Content-Range", "bytes 0-65535/" + range.size());
      exchange.sendResponseHeaders(206, 65536);
      return true;
    });

    assertRejected(address, "the connection to http://127.0.0.1:", "(tried 4 times)");
    assertThat(server.requests()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void shouldRetryTransientStatuses(int status) throws IOException {
    byte[] content = content(1000);
    String address = serve(content);
    server.behave((exchange, range) -> {
      if (range.request() > 2) {
        return false;
      }
      exchange.sendResponseHeaders(status, -1);
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThat(read(file, 0, 1000)).isEqualTo(content);
    }
  }

  @Test
  void shouldWaitAsLongAsTheServerAsks() throws IOException {
    String address = serve(content(1000));
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("Retry-After", "1");
      exchange.sendResponseHeaders(range.request() == 1 ? 429 : 404, -1);
      return true;
    });
    long start = System.nanoTime();

    assertRejected(address, "there is no such file at http://127.0.0.1:", "(404)");
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(1));
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void shouldGiveUpAServerThatAsksForTooLongAPause() throws IOException {
    String address = serve(content(1000));
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("Retry-After", "3600");
      exchange.sendResponseHeaders(503, -1);
      return true;
    });

    assertRejected(address, "answers 503 and asks to wait for 3600 s");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldGiveUpAServerThatStopsSending() throws IOException {
    String address = serve(content(1000));
    CountDownLatch end = new CountDownLatch(1);
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("Content-Range", "bytes 0-999/1000");
      exchange.sendResponseHeaders(206, 1000);
      server.send(exchange, range.file(), 0, 10);
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    });
    WebOptions impatient = new WebOptions(
        Duration.ofSeconds(5), Duration.ofSeconds(2), 1, Duration.ZERO, Duration.ZERO);

    assertThatExceptionOfType(WebException.class)
        .isThrownBy(() -> new WebFiles(impatient, name -> Progress.NONE).open(address(address)))
        .withMessageContaining("the server has sent nothing for 2000 ms");
    end.countDown();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void shouldGiveUpAServerThatNeverAnswers(String scheme) throws IOException {
    WebOptions impatient = new WebOptions(
        Duration.ofMillis(500), Duration.ofMillis(500), 2, Duration.ZERO, Duration.ZERO);

    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      String address = "%s://127.0.0.1:%d/file".formatted(scheme, silent.getLocalPort());
      assertThatExceptionOfType(WebException.class)
          .isThrownBy(() -> new WebFiles(impatient, name -> Progress.NONE).open(address(address)))
          .withMessage("%s://127.0.0.1:%d did not answer in time (tried 2 times)"
              .formatted(scheme, silent.getLocalPort()));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nX: ",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10;",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "SSH-2.0-server ",
      })
  void shouldRejectAResponseThatIsNotHttp(String start) throws IOException {
    byte[] filler = "x".repeat(MIB).getBytes(UTF_8);
    try (ServerSocket hostile = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> unused = CompletableFuture.runAsync(() -> {
        while (!hostile.isClosed()) {
          try (Socket client = hostile.accept()) {
            OutputStream out = client.getOutputStream();
            out.write(start.getBytes(UTF_8));
            while (true) {
              out.write(filler);
            }
          } catch (IOException e) {
            // The client dropped the connection.
          }
        }
      });
      assertThatExceptionOfType(WebException.class)
          .isThrownBy(() -> size("http://127.0.0.1:%d/file".formatted(hostile.getLocalPort())))
          .withMessageContaining("(tried 4 times)");
    }
  }

  @Test
  void shouldNotReadTheBodyOfARedirect() throws IOException {
    byte[] content = content(1000);
    CountDownLatch end = new CountDownLatch(1);
    serve(content);
    server.behave((exchange, range) -> {
      if (!exchange.getRequestURI().getPath().equals("/start")) {
        return false;
      }
      exchange.getResponseHeaders().set("Location", "/file");
      exchange.sendResponseHeaders(302, 1L << 40);
      exchange.getResponseBody().flush();
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return true;
    });

    try (RemoteFile file = open(server.address("/start"))) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
    end.countDown();
  }

  @Test
  void shouldReportThatTheConnectionFails() {
    String address = server.address("/file");
    server.close();

    assertRejected(address, "no connection to http://127.0.0.1:");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void shouldFollowARedirectAndReuseItsTarget(int status) throws IOException {
    byte[] content = content(MIB);
    serve(content);
    server.behave((exchange, range) -> exchange.getRequestURI().getPath().equals("/start")
        && TestServer.redirect(exchange, status, "/file"));

    try (RemoteFile file = open(server.address("/start"))) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
    assertThat(server.requests())
        .extracting(Request::path)
        .containsExactly("/start", "/file", "/file");
  }

  @Test
  void shouldRequestTheAddressAgainIfARedirectExpires() throws IOException {
    byte[] content = content(MIB);
    serve(content);
    server.behave((exchange, range) -> {
      String query = exchange.getRequestURI().getQuery();
      if (exchange.getRequestURI().getPath().equals("/start")) {
        return TestServer.redirect(exchange, 302, "/file?request=" + range.request());
      }
      boolean expired = range.request() > 2 && "request=1".equals(query);
      if (expired) {
        exchange.sendResponseHeaders(403, -1);
      }
      return expired;
    });

    try (RemoteFile file = open(server.address("/start"))) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
  }

  @Test
  void shouldNotFollowRedirectsForever() {
    server.behave((exchange, range) -> TestServer.redirect(exchange, 302, "/file"));

    assertRejected(server.address("/file"), "the server redirects more than 10 times");
    assertThat(server.requests()).hasSize(11);
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://elsewhere/file, 'begins with ftp, expected http or https'",
    "'', without saying where to",
    "'http://a b/', an invalid address"
  })
  void shouldNotFollowARedirectToAnInvalidAddress(String location, String message) {
    server.behave((exchange, range) -> TestServer.redirect(exchange, 302, location));

    assertRejected(server.address("/file"), message);
  }

  @Test
  void shouldSendTheTokenOnlyToItsServer() throws IOException {
    byte[] content = content(MIB);
    serve(content);
    server.behave((exchange, range) -> exchange.getRequestURI().getPath().equals("/start")
        && TestServer.redirect(
            exchange, 302, server.address("/file").replace("127.0.0.1", "localhost")));
    AccessToken token = AccessToken.of(Map.of("HF_TOKEN", "hf_secret")).orElseThrow();
    WebAddress address = address(server.address("/start")).with(Optional.of(token));

    try (RemoteFile file = files().open(address)) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
    assertThat(server.requests())
        .extracting(request -> request.path() + " " + request.header("Authorization"))
        .containsExactly("/start Bearer hf_secret", "/file ", "/file ");
    assertThat(address.toString()).doesNotContain("hf_secret");
  }

  @Test
  void shouldReportWhyTheServerRefusesAccess() {
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("X-Error-Message", "Access is restricted.");
      exchange.sendResponseHeaders(403, -1);
      return true;
    });

    assertRejected(server.address("/file"), "refuses access to it (403)", "Access is restricted.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes 0-65535/*        | 65536 | does not say how large the file is",
        "bytes 1-65535/1048576  | 65535 | was asked for the bytes 0-65535 and sends 1-65535",
        "bytes 0-65536/1048576  | 65537 | was asked for the bytes 0-65535 and sends 0-65536",
        "bytes 9-5/1048576      | 65536 | which is invalid",
        "bytes 0-65535/100      | 65536 | which is invalid",
        "bytes 0-99999999999999999999/9 | 65536 | expected bytes A-B/SIZE",
        "0-65535                | 65536 | expected bytes A-B/SIZE",
        "''                     | 65536 | without saying which bytes it sends (Content-Range)",
        "bytes 0-65535/1048576  | 65537 | says that it sends 65537 bytes (Content-Length)",
        "bytes 0-65535/1048576  | 70000 | says that it sends 70000 bytes (Content-Length)",
        "bytes 0-65535/1048576  | 0     | sends more bytes than it announces",
      })
  void shouldRejectInconsistentHeaders(String range, long length, String message)
      throws IOException {
    String address = serve(content(MIB));
    server.behave((exchange, requested) -> {
      if (!range.isEmpty()) {
        exchange.getResponseHeaders().set("Content-Range", range);
      }
      exchange.sendResponseHeaders(206, length);
      server.send(exchange, requested.file(), 0, length == 0 ? 65537 : length);
      return true;
    });

    assertRejected(address, message);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldDetectAFileThatIsShorterThanReported() throws IOException {
    String address = serve(content(RangedFile.BLOCK));
    server.behave((exchange, range) -> {
      if (range.first() > 0) {
        return false;
      }
      exchange.getResponseHeaders().set("Content-Range", "bytes 0-65535/1000000");
      exchange.sendResponseHeaders(206, range.length());
      server.send(exchange, range.file(), 0, range.length());
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThatExceptionOfType(WebException.class)
          .isThrownBy(() -> read(file, 900_000, 10))
          .withMessageContaining("although it reported 1000000 bytes");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "ETag, '\"a\"', '\"b\"'",
    "ETag, 'W/\"a\"', 'W/\"b\"'",
    "Last-Modified, 'Wed, 01 Jan 2025 00:00:00 GMT', 'Thu, 02 Jan 2025 00:00:00 GMT'"
  })
  void shouldDetectAChangeOfTheFileBetweenTwoRanges(String header, String first, String then)
      throws IOException {
    String address = serve(content(MIB));
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set(header, range.request() == 1 ? first : then);
      return false;
    });

    try (RemoteFile file = open(address)) {
      assertThatExceptionOfType(WebException.class)
          .isThrownBy(() -> read(file, MIB / 2, 10))
          .withMessageContaining("the file changed during reading");
    }
    assertThat(server.requests().get(1).header("If-Range"))
        .isEqualTo(first.startsWith("\"") ? first : "");
  }

  @Test
  void shouldDetectAChangeOfTheFileFromAWholeFileResponse() throws IOException {
    String address = serve(content(MIB));
    server.behave((exchange, range) -> {
      Headers headers = exchange.getResponseHeaders();
      headers.set("ETag", range.request() == 1 ? "\"a\"" : "\"b\"");
      if (range.request() == 1) {
        return false;
      }
      server.sendAll(exchange, range);
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThatExceptionOfType(WebException.class)
          .isThrownBy(() -> read(file, MIB / 2, 10))
          .withMessageContaining("it had the ETag \"a\" and then \"b\"");
    }
  }

  @Test
  void shouldRejectACompressedBody() throws IOException {
    String address = serve(content(MIB));
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("Content-Encoding", "gzip");
      return false;
    });

    assertRejected(address, "with the Content-Encoding gzip, expected none");
  }

  @Test
  void shouldStreamNoMoreThanNeededWithoutRanges() throws IOException {
    Path huge = directory.resolve("huge");
    byte[] start = content(MIB);
    Files.write(huge, start);
    try (RandomAccessFile sparse = new RandomAccessFile(huge.toFile(), "rw")) {
      sparse.setLength(2_600_000_000L);
    }
    server.behave((exchange, range) -> {
      server.sendAll(exchange, range);
      return true;
    });

    try (RemoteFile file = open(server.serve("/file", huge))) {
      assertThat(file.size()).isEqualTo(2_600_000_000L);
      assertThat(read(file, MIB - 1000, 1000))
          .isEqualTo(Arrays.copyOfRange(start, MIB - 1000, MIB));
      assertThat(read(file, 10, 1000)).isEqualTo(Arrays.copyOfRange(start, 10, 1010));
      assertThat(file.bytesRead()).isLessThan(MIB + 2 * 65536);
    }
    assertThat(server.requests()).hasSize(1);
    // Includes the bytes that were in socket buffers when the connection was dropped.
    assertThat(server.bytesSent()).isLessThan(32 * MIB);
  }

  @Test
  void shouldResumeStreamingAfterABrokenConnection() throws IOException {
    byte[] content = content(MIB);
    String address = serve(content);
    server.behave((exchange, range) -> {
      exchange.sendResponseHeaders(200, range.size());
      server.send(exchange, range.file(), 0, range.request() < 3 ? MIB / 4 * range.request() : MIB);
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void shouldReadTheRestInRangesIfTheServerBeginsToSupportThem() throws IOException {
    byte[] content = content(MIB);
    String address = serve(content);
    server.behave((exchange, range) -> {
      if (range.request() > 1) {
        return false;
      }
      exchange.sendResponseHeaders(200, range.size());
      server.send(exchange, range.file(), 0, MIB / 2);
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThat(read(file, 0, content.length)).isEqualTo(content);
    }
    assertThat(server.bytesSent()).isLessThanOrEqualTo(MIB);
  }

  @Test
  void shouldStreamAFileOfUnknownSizeToItsEnd() throws IOException {
    byte[] content = content(MIB);
    String address = serve(content);
    server.behave((exchange, range) -> {
      exchange.sendResponseHeaders(200, 0);
      server.send(exchange, range.file(), 0, range.size());
      return true;
    });

    try (RemoteFile file = open(address)) {
      assertThat(file.size()).isEqualTo(MIB);
      assertThat(read(file, MIB - 10, 10)).isEqualTo(Arrays.copyOfRange(content, MIB - 10, MIB));
    }
  }

  @Test
  void shouldReportProgress() throws IOException {
    List<String> updates = new ArrayList<>();
    String address = serve(content(100_000));

    try (RemoteFile file = new WebFiles(OPTIONS, name -> (read, total, sequential) -> {
          updates.add("%s %d/%d %s".formatted(name, read, total, sequential));
        })
        .open(address(address))) {
      read(file, 99_999, 1);
    }
    assertThat(updates).contains("file 65536/100000 false").endsWith("file 100000/100000 false");
  }

  private String serve(byte[] content) throws IOException {
    return server.serve("/file", Files.write(directory.resolve("file"), content));
  }

  private List<String> ranges() {
    return server.requests().stream().map(request -> request.header("Range")).toList();
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new Random(size).nextBytes(content);
    return content;
  }

  private static WebFiles files() {
    return new WebFiles(OPTIONS, name -> Progress.NONE);
  }

  private static WebAddress address(String address) {
    return new WebAddress(URI.create(address), null);
  }

  private static RemoteFile open(String address) throws IOException {
    return files().open(address(address));
  }

  private static long size(String address) throws IOException {
    try (RemoteFile file = open(address)) {
      return file.size();
    }
  }

  private static byte[] read(RemoteFile file, long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    file.position(from);
    while (bytes.hasRemaining()) {
      assertThat(file.read(bytes)).isPositive();
    }
    return bytes.array();
  }

  private static void assertRejected(String address, String... messages) {
    assertThatExceptionOfType(WebException.class)
        .isThrownBy(() -> open(address))
        .satisfies(thrown -> assertThat(thrown.getMessage()).contains(messages));
  }
}
