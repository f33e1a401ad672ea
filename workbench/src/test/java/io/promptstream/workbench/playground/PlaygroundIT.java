package io.promptstream.workbench.playground;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.serde.AvroSerdes;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.workbench.LocalPipeline;
import io.promptstream.workbench.Scenario;
import io.promptstream.workbench.SharedServices;
import io.promptstream.workbench.services.RecordSender;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** Tests the page in Chromium, with a real broker, registry and stream. */
@TestInstance(Lifecycle.PER_CLASS)
@ExtendWith(SharedServices.Resolver.class)
final class PlaygroundIT {
  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final int CLICKS = (int) Scenario.number("playground.clicks", 200);
  private static final int WARM_UP_CLICKS = 20;
  private static final int BACKGROUND_CLICKS = 2_000;
  private static final long NANOS = 1_000_000_000L;

  /** A mask of the left half of a sample picture, which has 1200 x 800 pixels. */
  private static final String LEFT_HALF = """
      {"masks": [{"size": [800, 1200], "counts": "0Phd>Phd>"}], "scores": [0.9]}""";

  /** Above it, a pixel of the sky is covered by a bright cell of the map. */
  private static final double WARM = 30;

  @TempDir
  private Path directory;

  private LocalPipeline pipeline;
  private Playground playground;
  private Browser browser;

  @BeforeAll
  void start(SharedServices services) throws Exception {
    assumeThat(Browser.installed())
        .as("Skipped, because chromium and chromedriver are not installed "
            + "(Debian: apt-get install chromium chromium-driver)")
        .isTrue();
    pipeline = services.start(Map.of(PromptStreamConfig.SESSIONS, "true"));
    playground = Playground.start(pipeline.config(), "127.0.0.1", 0, null);
    browser = Browser.start();
  }

  @AfterAll
  void stop() {
    if (browser != null) {
      browser.close();
      playground.close();
      pipeline.close();
    }
  }

  @BeforeEach
  void open() {
    browser.openTab(playground.url());
  }

  @AfterEach
  void close() {
    browser.closeTab();
  }

  @Test
  void shouldLightUpWhereOneClicksAndForgetItOnUndo() throws IOException {
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);

    assertThat(warmth(browser, 0.6, 0.2)).isGreaterThan(WARM);
    assertThat(warmth(browser, 0.1, 0.1)).isLessThan(0);
    assertThat(browser.text("#records"))
        .contains("action", "prompt event", "sparse embedding", "dense embedding", "bytes");
    browser.screenshot("click");

    browser.type("#picture", "z");
    browser.awaitDrawn(2);
    assertThat(warmth(browser, 0.6, 0.2)).isLessThan(0);
    browser.type("#picture", "Z");
    browser.awaitDrawn(3);
    assertThat(warmth(browser, 0.6, 0.2)).isGreaterThan(WARM);
    browser.type("#picture", Keys.ESCAPE);
    browser.awaitDrawn(4);
    assertThat(warmth(browser, 0.6, 0.2)).isLessThan(0);

    assertThat(browser.complaints()).isEmpty();
    assertThat(browser.requests())
        .contains(playground.url(), playground.url() + "playground.js")
        .allMatch(request -> request.startsWith(playground.url()) || request.startsWith("data:"));
  }

  @Test
  void shouldLightUpTwoCornersOfABox() throws IOException {
    browser.press("[data-tool=box]");
    browser.drag(0.5, 0.1, 0.75, 0.45);
    browser.awaitDrawn(1);

    assertThat(warmth(browser, 0.5, 0.1)).isGreaterThan(WARM);
    assertThat(warmth(browser, 0.75, 0.45)).isGreaterThan(WARM);
    assertThat(warmth(browser, 0.75, 0.1)).isLessThan(0);
    browser.screenshot("box");
  }

  @Test
  void shouldShowADensePictureOfAPolygon() throws IOException {
    browser.press("[data-tool=polygon]");
    browser.click(0.4, 0.05);
    browser.click(0.8, 0.05);
    browser.click(0.8, 0.5);
    browser.click(0.4, 0.5);
    browser.type("#picture", Keys.ENTER);
    browser.awaitDrawn(1);

    assertThat(browser.text("#token")).contains("mask (principal components)");
    List<Long> inside = browser.pixel(0.6, 0.25);
    List<Long> outside = browser.pixel(0.2, 0.1);
    assertThat(inside).isNotEqualTo(outside);
    assertThat(browser.text("#records")).contains("dense embedding");
    browser.screenshot("polygon");
  }

  @Test
  void shouldAddBackgroundPointsByRightClickAltAndTab() {
    browser.rightClick(0.2, 0.2);
    browser.awaitDrawn(1);
    browser.clickWithAlt(0.4, 0.2);
    browser.awaitDrawn(2);
    browser.type("#picture", Keys.TAB);
    browser.click(0.6, 0.2);
    browser.awaitDrawn(3);
    browser.type("#picture", Keys.TAB);
    browser.click(0.8, 0.2);
    browser.awaitDrawn(4);

    assertThat(browser.text("#token").lines().map(String::strip))
        .containsExactly(
            "all tokens",
            "1: background",
            "2: background",
            "3: background",
            "4: foreground",
            "5: padding");
  }

  @Test
  void shouldShowTheTokenThatIsSelected() {
    browser.click(0.2, 0.2);
    browser.awaitDrawn(1);
    browser.click(0.7, 0.3);
    browser.awaitDrawn(2);
    assertThat(warmth(browser, 0.2, 0.2)).isGreaterThan(WARM);
    assertThat(warmth(browser, 0.7, 0.3)).isGreaterThan(WARM);

    browser.press("#token option[value='1']");

    await().atMost(TIMEOUT).until(() -> warmth(browser, 0.2, 0.2) < WARM);
    assertThat(warmth(browser, 0.7, 0.3)).isGreaterThan(WARM);
  }

  @Test
  void shouldUndoOnlyOnTheSelectedObject() {
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);
    browser.press("#objects [aria-label='New object']");
    browser.click(0.3, 0.1);
    browser.awaitDrawn(2);
    assertThat(warmth(browser, 0.3, 0.1)).isGreaterThan(WARM);
    browser.press("#undo");
    browser.awaitDrawn(3);
    assertThat(warmth(browser, 0.3, 0.1)).isLessThan(0);

    browser.press("#objects button");

    await().atMost(TIMEOUT).until(() -> warmth(browser, 0.6, 0.2) > WARM);
    assertThat(browser.text("#objects")).contains("Object 1", "Object 2");
  }

  @Test
  void shouldTakePastedRunLengths() {
    paste("{\"size\": [800, 1200], \"counts\": [240000, 240000, 480000]}");
    browser.awaitDrawn(1);

    assertThat(browser.text("#token")).contains("mask (principal components)");
  }

  @Test
  void shouldSendOnlyNameAndSizeOfOnesOwnPicture() throws IOException {
    Path picture = directory.resolve("own.png");
    ImageIO.write(new BufferedImage(300, 200, BufferedImage.TYPE_INT_RGB), "png", picture.toFile());

    browser.type("#file", picture.toString());
    await()
        .atMost(TIMEOUT)
        .until(() -> browser.text("#status").startsWith("own.png stays in this browser"));
    browser.click(0.5, 0.5);
    browser.awaitDrawn(1);

    browser.press("#record-action summary");
    assertThat(browser.text("#record-action"))
        .contains("\"image_id\": \"own.png\"", "\"height\": 200", "\"width\": 300");
  }

  @Test
  void shouldTellWhatIsRefusedAndGoOn() throws IOException {
    paste("{\"AddPoint\": {\"point\": {\"x\": -5, \"y\": 1, \"label\": \"FOREGROUND\"}}}");

    await().atMost(TIMEOUT).until(() -> browser.text("#errors").contains("-5.0"));
    browser.screenshot("refused");
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);
    assertThat(warmth(browser, 0.6, 0.2)).isGreaterThan(WARM);
    browser.press("#undo");
    browser.press("#undo");
    await().atMost(TIMEOUT).until(() -> browser.text("#errors").contains("NOTHING_TO_UNDO"));
  }

  @Test
  void shouldShowTheMasksOfADecoderOrSayWhyThereAreNone() throws IOException {
    assertThat(browser.text("#masks")).contains("No masks are shown: they need a decoder");
    List<JsonNode> requests = new CopyOnWriteArrayList<>();
    HttpServer decoder = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    decoder.createContext("/masks", exchange -> {
      JsonNode request = new ObjectMapper().readTree(exchange.getRequestBody());
      requests.add(request);
      boolean known = request.get("image_id").asText().equals("shapes");
      byte[] answer = (known ? LEFT_HALF : "{\"error\": \"There is no such image.\"}")
          .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(known ? 200 : 404, answer.length);
      exchange.getResponseBody().write(answer);
      exchange.close();
    });
    decoder.start();
    URI url = URI.create("http://127.0.0.1:" + decoder.getAddress().getPort());
    try (Playground withMasks = Playground.start(pipeline.config(), "127.0.0.1", 0, url)) {
      browser.openTab(withMasks.url());
      browser.click(0.6, 0.2);
      await().atMost(TIMEOUT).until(() -> warmth(browser, 0.1, 0.05) > WARM);
      assertThat(warmth(browser, 0.9, 0.05)).isLessThan(0);
      assertThat(browser.text("#masks")).isEqualTo("Mask of object 1: score 0.9");
      browser.screenshot("mask");

      browser.script("document.getElementById('sample').value = 'cells';"
          + "document.getElementById('sample').dispatchEvent(new Event('change'))");
      browser.click(0.5, 0.5);
      await()
          .atMost(TIMEOUT)
          .until(() -> browser.text("#masks").equals("No mask: There is no such image."));
      browser.closeTab();
    } finally {
      decoder.stop(0);
    }
    assertThat(requests.get(0).get("sparse").get("shape").toString()).isEqualTo("[2,256]");
    assertThat(requests.get(0).get("sparse").get("data").binaryValue()).hasSize(2 * 256 * 4);
    assertThat(requests.get(0).get("dense").get("shape").toString()).isEqualTo("[256]");
    assertThat(requests.get(0).get("dense").get("data").binaryValue()).hasSize(256 * 4);
  }

  @Test
  void shouldShowTextOfRecordsAsText() {
    String script = "<img src=x onerror=window.hacked=1>";
    paste(
        "{\"action\": {\"AddPoint\": {\"point\": {\"x\": 700, \"y\": 160, \"label\": \"FOREGROUND\"}}},"
            + " \"object_id\": \"" + script + "\", \"image_id\": \"" + script + "\"}");

    await().atMost(TIMEOUT).until(() -> browser.text("#objects").contains(script));
    browser.press("#objects button:nth-of-type(2)");
    assertThat(browser.script("return window.hacked ?? null")).isNull();
  }

  @Test
  void shouldKeepPagesApartAndFindTheSessionAfterAReload() {
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);
    browser.openTab(playground.url());
    browser.click(0.7, 0.3);
    browser.awaitDrawn(1);
    assertThat(warmth(browser, 0.6, 0.2)).isLessThan(0);
    browser.closeTab();
    assertThat(warmth(browser, 0.7, 0.3)).isLessThan(0);

    browser.reload();

    await().atMost(TIMEOUT).until(() -> warmth(browser, 0.6, 0.2) > WARM);
    assertThat(warmth(browser, 0.7, 0.3)).isLessThan(0);
    browser.type("#picture", "z");
    await().atMost(TIMEOUT).until(() -> warmth(browser, 0.6, 0.2) < 0);
  }

  @Test
  void shouldFitAPhoneAndDarkColours() throws IOException {
    browser.resize(390, 844);
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);
    assertThat(browser.script("return document.documentElement.scrollWidth")).isEqualTo(390L);
    browser.screenshot("phone");

    browser.resize(1000, 720);
    browser.prefer("dark");
    browser.click(0.2, 0.3);
    browser.awaitDrawn(2);
    assertThat(browser.script("return getComputedStyle(document.body).backgroundColor"))
        .isEqualTo("rgb(18, 22, 28)");
    browser.screenshot("dark");
  }

  @Test
  void shouldRefuseAPictureOf200MiBAndGoOn() throws IOException {
    Path picture = directory.resolve("huge.png");
    try (RandomAccessFile file = new RandomAccessFile(picture.toFile(), "rw")) {
      file.setLength(200 << 20);
    }

    browser.type("#file", picture.toString());

    await()
        .atMost(TIMEOUT)
        .until(() -> browser.text("#status").contains("has 200 MiB, at most 50 MiB"));
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);
  }

  @Test
  void shouldShowTheStreamUnderLoadAndStillAnswer() throws IOException {
    browser.press("#load");
    browser.click(0.6, 0.2);
    browser.awaitDrawn(1);

    await()
        .atMost(TIMEOUT)
        .until(() -> browser.text("#load-text").startsWith("10,000 clicks encoded in"));
    browser.screenshot("load");
  }

  /** Prints the times; they depend on the machine, so only their presence is tested. */
  @Tag("soak")
  @Test
  void shouldMeasureTheTimeFromClickToPicture() throws Exception {
    Scenario scenario = new Scenario("playground");
    clicks(WARM_UP_CLICKS);
    report(scenario, "at rest", clicks(CLICKS));
    AtomicBoolean stop = new AtomicBoolean();
    Thread load = new Thread(() -> load(stop));
    load.start();
    try {
      clicks(WARM_UP_CLICKS);
      report(scenario, "while 2,000 clicks a second pass", clicks(CLICKS));
    } finally {
      stop.set(true);
      load.join();
    }
  }

  private static void report(Scenario scenario, String when, List<Map<String, Number>> clicks) {
    for (String stage : List.of("produced", "prompt", "embedding", "drawn")) {
      double[] sorted = clicks.stream()
          .mapToDouble(click -> click.get(stage).doubleValue())
          .sorted()
          .toArray();
      assertThat(sorted).hasSize(CLICKS);
      scenario.say(
          "from click to %s, %s: median %.1f ms, 99th percentile %.1f ms (%d clicks)%n",
          stage, when, sorted[CLICKS / 2], sorted[CLICKS * 99 / 100], CLICKS);
    }
  }

  /**
   * Clicks, each after the picture of the click before; every tenth action clears the prompt.
   *
   * @return the milliseconds from each click to each stage
   */
  @SuppressWarnings("unchecked")
  private List<Map<String, Number>> clicks(int count) {
    return (List<Map<String, Number>>) browser.asyncScript(TIMEOUT.multipliedBy(5), """
        const [count, done] = arguments;
        const canvas = document.getElementById('picture');
        const times = [];
        let actions = 0;
        const click = () => {
          const bounds = canvas.getBoundingClientRect();
          const at = { bubbles: true, pointerId: 1, button: 0,
            clientX: bounds.left + (0.1 + 0.8 * Math.random()) * bounds.width,
            clientY: bounds.top + (0.1 + 0.8 * Math.random()) * bounds.height };
          canvas.dispatchEvent(new PointerEvent('pointerdown', at));
          canvas.dispatchEvent(new PointerEvent('pointerup', at));
        };
        const act = () => actions++ % 10 === 9 ? document.getElementById('clear').click() : click();
        canvas.setPointerCapture = () => {};
        document.addEventListener('promptstream:drawn', function next(event) {
          times.push(event.detail);
          if (times.length === count) {
            document.removeEventListener('promptstream:drawn', next);
            done(times);
          } else {
            setTimeout(act, 20);
          }
        });
        act();
        """, count);
  }

  private void load(AtomicBoolean stop) {
    Map<String, String> servers = Map.of("bootstrap.servers", pipeline.bootstrapServers());
    String topic = pipeline.config().inputTopic();
    try (RecordSender sender = new RecordSender(servers);
        Serde<PromptEvent> events = AvroSerdes.promptEvent(pipeline.config().serdeProperties())) {
      long next = System.nanoTime();
      for (int i = 0; !stop.get(); i++) {
        PromptEvent event = PromptEvent.newBuilder()
            .setPromptId("load-" + i)
            .setImageId("load")
            .setPoints(List.of(new Point(320.0, 240.0, PointLabel.FOREGROUND)))
            .build();
        byte[] value = events.serializer().serialize(topic, event);
        sender.send(new ProducerRecord<>(topic, new byte[] {(byte) i}, value));
        next += NANOS / BACKGROUND_CLICKS;
        LockSupport.parkNanos(next - System.nanoTime());
      }
    }
  }

  private void paste(String text) {
    browser.press("#paste-open");
    browser.type("#paste-text", text);
    browser.press("#paste-send");
  }

  /** Returns how yellow the picture is beside a place, which a point or a corner may cover. */
  private static double warmth(Browser page, double x, double y) {
    List<Long> rgb = page.pixel(x + 0.012, y + 0.018);
    return (rgb.get(0) + rgb.get(1)) / 2.0 - rgb.get(2);
  }
}
