package io.promptstream.encoder.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.encoder.checkpoint.web.Folders;
import io.promptstream.encoder.checkpoint.web.Progress;
import io.promptstream.encoder.checkpoint.web.TestServer;
import io.promptstream.encoder.checkpoint.web.TestServer.Request;
import io.promptstream.encoder.checkpoint.web.WebFiles;
import io.promptstream.encoder.checkpoint.web.WebOptions;
import io.promptstream.encoder.checkpoint.web.WebSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebCheckpointsTest {
  private static final long HUGE = 2_600_000_000L;
  private static final WebOptions OPTIONS = new WebOptions(
      Duration.ofSeconds(5),
      Duration.ofSeconds(20),
      3,
      Duration.ofMillis(1),
      Duration.ofSeconds(5));
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir
  private Path directory;

  private final Map<String, String> environment = new HashMap<>();
  private TestServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = TestServer.start();
    environment.put("PROMPTSTREAM_CACHE_DIR", directory.resolve("cache").toString());
    environment.put("HF_HOME", directory.resolve("huggingface").toString());
    environment.put("HF_ENDPOINT", server.address(""));
  }

  @AfterEach
  void stopServer() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadTheSameWeightsAsFromTheFile(Fixtures fixture) {
    String address = server.serve("/file", fixture.path());

    assertSame(web().read(address), fixture);
  }

  @ParameterizedTest
  @EnumSource
  void shouldReadTheSameWeightsFromAServerWithoutRanges(Fixtures fixture) {
    server.behave((exchange, range) -> {
      server.sendAll(exchange, range);
      return true;
    });

    assertSame(web().read(server.serve("/file", fixture.path())), fixture);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void shouldReadLittleOfAHugeSafetensorsFile() throws IOException {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.HUGGING_FACE);
    Path file = HugeCheckpoints.safetensors(directory.resolve("huge"), HUGE, tensors);

    assertReadsLittleOf(file, tensors);
  }

  @Test
  void shouldReadLittleOfAHugeTorchZip() throws IOException {
    Map<String, TestTensors.Tensor> tensors = TestTensors.small(FamilyDetector.SEGMENT_ANYTHING);
    Path file =
        HugeCheckpoints.torchZip(directory.resolve("huge"), HUGE, TestTensors.torchZip(tensors));

    assertReadsLittleOf(file, tensors);
  }

  private void assertReadsLittleOf(Path file, Map<String, TestTensors.Tensor> expected)
      throws IOException {
    assertThat(Files.size(file)).isGreaterThan(HUGE);

    PromptEncoderExtract extract = web().fetch(server.serve("/huge", file));

    assertThat(extract.weights())
        .usingRecursiveComparison()
        .ignoringFields("origin")
        .isEqualTo(WeightsReader.read(new InMemoryTensors(expected), new WeightsOrigin.Seed(0)));
    assertThat(extract.inspection().bytesThere()).isEqualTo(Files.size(file));
    assertThat(extract.inspection().bytesRead()).isEqualTo(server.bytesSent());
    assertThat(server.bytesSent()).isLessThan(256 << 10);
    assertThat(server.requests()).hasSizeLessThan(6);
  }

  @Test
  void shouldResumeAfterABrokenConnection() {
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
      server.send(exchange, range.file(), range.first(), range.length() / 3);
      return true;
    });

    assertSame(web().read(server.serve("/file", Fixtures.TORCH_ZIP.path())), Fixtures.TORCH_ZIP);
    assertThat(server.requests()).hasSizeGreaterThan(1);
  }

  @Test
  void shouldReadFromTheCacheWithoutTheNetwork() {
    String address = server.serve("/file.pth", Fixtures.TORCH_ZIP.path());
    PromptEncoderWeights fetched = web().read(address);
    int requests = server.requests().size();
    server.close();

    PromptEncoderWeights cached = web().read(address);

    assertThat(cached).usingRecursiveComparison().isEqualTo(fetched);
    assertThat(cached.source()).isEqualTo(address);
    assertThat(server.requests()).hasSize(requests);
  }

  @Test
  void shouldRefreshTheCacheOnFetch() throws IOException {
    Path file = directory.resolve("file");
    Files.copy(Fixtures.SAFETENSORS.path(), file);
    String address = server.serve("/file", file);
    web().read(address);
    Files.write(file, TestTensors.safetensors(TestTensors.small(FamilyDetector.HUGGING_FACE)));

    assertThat(web().read(address).shape(PromptEncoderTensor.NO_MASK)).containsExactly(256L);
    assertThat(web().fetch(address).inspection().embeddingWidth()).isEqualTo(8);
    assertThat(web().read(address).shape(PromptEncoderTensor.NO_MASK)).containsExactly(8L);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 0.5, 0.999})
  void shouldNotUseADamagedCacheFile(double fraction) throws IOException {
    String address = server.serve("/file", Fixtures.TORCH_ZIP.path());
    web().read(address);
    int requests = server.requests().size();
    byte[] bytes = Files.readAllBytes(cacheFile());
    bytes[(int) (bytes.length * fraction)] ^= 4;
    Files.write(cacheFile(), bytes);

    assertSame(web().read(address), Fixtures.TORCH_ZIP);
    assertThat(server.requests()).hasSizeGreaterThan(requests);
    assertSame(Checkpoints.read(cacheFile().toString()), Fixtures.TORCH_ZIP);
  }

  @Test
  void shouldNotUseATruncatedCacheFile() throws IOException {
    String address = server.serve("/file", Fixtures.TORCH_ZIP.path());
    web().read(address);
    byte[] bytes = Files.readAllBytes(cacheFile());
    for (int length : new int[] {0, 5, 1000, bytes.length - 1}) {
      Files.write(cacheFile(), Arrays.copyOf(bytes, length));

      assertSame(web().read(address), Fixtures.TORCH_ZIP);
    }
  }

  @Test
  void shouldReadIfTheCacheCannotBeWritten() throws IOException {
    Files.writeString(directory.resolve("cache"), "a file");
    String address = server.serve("/file", Fixtures.TORCH_ZIP.path());

    assertSame(web().read(address), Fixtures.TORCH_ZIP);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void shouldRestrictTheCacheToItsOwner() throws IOException {
    web().read(server.serve("/file", Fixtures.TORCH_ZIP.path()));

    assertThat(Files.getPosixFilePermissions(directory.resolve("cache")))
        .isEqualTo(PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void shouldKeepPinnedWeightsWhenTheSourceIsRefreshed() throws IOException {
    Path file = directory.resolve("file");
    Files.copy(Fixtures.TORCH_ZIP.path(), file);
    String address = server.serve("/file", file);
    String pinned = address + "#sha256=" + web().fetch(address).inspection().sha256();
    web().read(pinned);
    Files.write(file, TestTensors.safetensors(TestTensors.small(FamilyDetector.HUGGING_FACE)));

    web().fetch(address);

    assertSame(web().read(pinned), Fixtures.TORCH_ZIP);
  }

  @Test
  void shouldAcceptPinnedWeights() {
    String address = server.serve("/file", Fixtures.TORCH_ZIP.path());
    String digest = web().fetch(address).inspection().sha256();

    assertSame(web().read(address + "#sha256=" + digest), Fixtures.TORCH_ZIP);
  }

  @Test
  void shouldRejectWeightsWithoutThePinnedDigest() throws IOException {
    String address = server.serve("/file", Fixtures.TORCH_ZIP.path());
    String digest = web().fetch(address).inspection().sha256();
    String wrong = "#sha256=" + "0".repeat(64);

    assertThat(digest).matches("[0-9a-f]{64}");
    assertRejected(
        address + wrong,
        "its prompt encoder has the SHA-256 %s, expected %s".formatted(digest, "0".repeat(64)));
    Files.delete(cacheFile());
    assertRejected(address + wrong, "has the SHA-256 " + digest);
    assertThat(cacheFile()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"#", "#sha256=", "#sha256=abc", "#md5=0", "#main"})
  void shouldRejectAnInvalidPin(String pin) {
    String address = server.serve("/file", Fixtures.TORCH_ZIP.path());

    assertRejected(address + pin, "expected sha256= and 64 hexadecimal digits");
  }

  @Test
  void shouldNameTheMissingFileWithoutItsSignature() {
    assertRejected(
        server.address("/none.pth?signature=secret"),
        "none.pth?...: there is no such file at http://127.0.0.1:");
  }

  @Test
  void shouldSayWhatIsWrongWithTheCheckpoint() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "<html>Sign in</html>");

    assertRejected(server.serve("/file", file), "it is neither a PyTorch zip");
    assertRejected(server.serve("/file", Files.write(file, new byte[0])), "the file is empty");
  }

  @Test
  void shouldReadAModelOfTheHub() {
    server.serve("/me/x/resolve/main/model.safetensors", Fixtures.SAFETENSORS.path());

    PromptEncoderWeights weights = web().read("hf:me/x");

    assertSame(weights, Fixtures.SAFETENSORS);
    assertThat(weights.source()).isEqualTo("hf:me/x@main");
  }

  @Test
  void shouldReadOnlyTheShardsOfThePromptEncoderFromOneCommit() throws IOException {
    Map<String, TestTensors.Tensor> first = new HashMap<>();
    Map<String, TestTensors.Tensor> second = new HashMap<>();
    StringBuilder index = new StringBuilder("{\"metadata\":{\"total_size\":1},\"weight_map\":{");
    TestTensors.small(FamilyDetector.HUGGING_FACE).forEach((name, tensor) -> {
      Map<String, TestTensors.Tensor> shard = first.size() < 5 ? first : second;
      shard.put(name, tensor);
      index.append("\"%s\":\"%s\",".formatted(name, shard == first ? "a.safetensors" : "b.bin"));
    });
    index.append("\"vision_encoder.x\":\"c.safetensors\"}}");
    String base = "/me/x/resolve/";
    server.serve(base + "v1/model.safetensors.index.json", write("index", index.toString()));
    server.serve(base + COMMIT + "/a.safetensors", write("a", TestTensors.safetensors(first)));
    server.serve(base + COMMIT + "/b.bin", write("b", TestTensors.safetensors(second)));
    server.behave((exchange, range) -> {
      exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
      return false;
    });

    PromptEncoderExtract extract = web().fetch("hf:me/x@v1");

    assertThat(extract.weights())
        .usingRecursiveComparison()
        .ignoringFields("origin")
        .isEqualTo(WeightsReader.read(
            new InMemoryTensors(TestTensors.small(FamilyDetector.HUGGING_FACE)),
            new WeightsOrigin.Seed(0)));
    assertThat(extract.inspection().revision()).isEqualTo(COMMIT);
    assertThat(server.requests())
        .extracting(Request::path)
        .noneMatch(path -> path.contains("c.safetensors"));
  }

  @Test
  void shouldSayWhichShardLacksATensor() throws IOException {
    server.serve("/me/x/resolve/main/model.safetensors.index.json", write("index", """
            {"weight_map": {"%s": "a.safetensors"}}""".formatted(
            String.join(
                "\": \"a.safetensors\", \"",
                TestTensors.small(FamilyDetector.HUGGING_FACE).keySet()))));
    server.serve("/me/x/resolve/main/a.safetensors", write("a", TestTensors.safetensors(Map.of())));

    assertRejected("hf:me/x", "is not in a.safetensors, although the index lists it there");
  }

  @Test
  void shouldSayThatARepositoryHasNoModel() {
    assertRejected(
        "hf:me/x",
        "it has neither model.safetensors nor model.safetensors.index.json: there is no");
  }

  @Test
  void shouldSendTheTokenToTheHubButNotToItsStorage() {
    environment.put("HF_TOKEN", "hf_secret");
    server.serve("/storage", Fixtures.SAFETENSORS.path());
    server.behave((exchange, range) -> exchange.getRequestURI().getPath().startsWith("/me/")
        && TestServer.redirect(
            exchange, 302, server.address("/storage").replace("127.0.0.1", "localhost")));

    web().read("hf:me/x");

    assertThat(server.requests().get(0).header("Authorization")).isEqualTo("Bearer hf_secret");
    assertThat(server.requests())
        .filteredOn(request -> request.path().equals("/storage"))
        .isNotEmpty()
        .allMatch(request -> request.header("Authorization").isEmpty());
  }

  @ParameterizedTest
  @ValueSource(strings = {"sam_vit_b", "hf:a/b", "https://h/x#sha256=0", "sam_vit_b#sha256=0"})
  void shouldDetectSourcesOnTheWeb(String source) {
    assertThat(WebCheckpoints.isOnTheWeb(source)).isTrue();
  }

  private WebCheckpoints web() {
    return new WebCheckpoints(
        new WebSources(environment),
        new WebFiles(OPTIONS, name -> Progress.NONE),
        new PromptEncoderCache(Folders.promptStream(environment)));
  }

  private Path cacheFile() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeLessThan(2);
      return all.isEmpty() ? directory.resolve("cache/none") : all.get(0);
    }
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private Path write(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content);
  }

  private static void assertSame(PromptEncoderWeights weights, Fixtures fixture) {
    assertThat(weights)
        .usingRecursiveComparison()
        .ignoringFields("origin")
        .isEqualTo(Checkpoints.read(fixture.path().toString()));
  }

  private void assertRejected(String source, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> web().read(source))
        .withMessageStartingWith("Checkpoint ")
        .withMessageContaining(message)
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("secret", "\n"));
  }
}
