package io.promptstream.workbench.playground;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Chromium without a window, on the playground's page. */
final class Browser implements AutoCloseable {
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
  private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
  private static final Duration TIMEOUT = Duration.ofMinutes(1);

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  static boolean installed() {
    return Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER);
  }

  /** Starts a browser. */
  static Browser start() {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(CHROMIUM.toFile());
    // Containers run tests as root, which Chromium's sandbox refuses, and have a small /dev/shm.
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--hide-scrollbars");
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    return new Browser(new ChromeDriver(
        new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.toFile()).build(), options));
  }

  /** Changes the size of the page, in pixels; less than 500 is that of a phone. */
  void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
  }

  /** Sets the colours that the user prefers: light or dark. */
  void prefer(String scheme) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
  }

  /** Opens the page in a new tab, which knows nothing of the sessions of others. */
  void openTab(String url) {
    driver.switchTo().newWindow(WindowType.TAB);
    resize(1000, 720);
    prefer("light");
    driver.get(url);
    await().atMost(TIMEOUT).until(() -> text("#model").startsWith("model "));
  }

  /** Closes the tab that was opened last, and returns to the one before. */
  void closeTab() {
    driver.close();
    List<String> tabs = List.copyOf(driver.getWindowHandles());
    driver.switchTo().window(tabs.get(tabs.size() - 1));
  }

  void reload() {
    driver.navigate().refresh();
    await().atMost(TIMEOUT).until(() -> text("#model").startsWith("model "));
  }

  /** Clicks at a place of the picture, as fractions of its width and height. */
  void click(double x, double y) {
    moveTo(x, y).click().perform();
  }

  void rightClick(double x, double y) {
    moveTo(x, y).contextClick().perform();
  }

  void clickWithAlt(double x, double y) {
    moveTo(x, y).keyDown(Keys.ALT).click().keyUp(Keys.ALT).perform();
  }

  void drag(double fromX, double fromY, double toX, double toY) {
    WebElement picture = picture();
    moveTo(fromX, fromY)
        .clickAndHold()
        .moveToElement(picture, offset(picture, toX, true), offset(picture, toY, false))
        .release()
        .perform();
  }

  private Actions moveTo(double x, double y) {
    WebElement picture = picture();
    driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", picture);
    return new Actions(driver, Duration.ofMillis(10))
        .moveToElement(picture, offset(picture, x, true), offset(picture, y, false));
  }

  private static int offset(WebElement element, double share, boolean horizontal) {
    Dimension size = element.getSize();
    return (int) Math.round((share - 0.5) * (horizontal ? size.getWidth() : size.getHeight()));
  }

  private WebElement picture() {
    return driver.findElement(By.id("picture"));
  }

  void press(String selector) {
    driver.findElement(By.cssSelector(selector)).click();
  }

  void type(String selector, CharSequence... keys) {
    driver.findElement(By.cssSelector(selector)).sendKeys(keys);
  }

  String text(String selector) {
    return driver.findElement(By.cssSelector(selector)).getText();
  }

  @Nullable Object script(String script, Object... arguments) {
    return ((JavascriptExecutor) driver).executeScript(script, arguments);
  }

  @Nullable Object asyncScript(Duration timeout, String script, Object... arguments) {
    driver.manage().timeouts().scriptTimeout(timeout);
    return driver.executeAsyncScript(script, arguments);
  }

  /** Waits until this many actions are drawn since the page was opened. */
  void awaitDrawn(int actions) {
    await().atMost(TIMEOUT).until(() -> text("#latency").matches(actions + " actions?:.*"));
  }

  /**
   * Returns red, green and blue of the picture at a place, as fractions of its width and height.
   */
  List<Long> pixel(double x, double y) {
    @SuppressWarnings("unchecked")
    List<Long> rgb = (List<Long>) script("""
        const canvas = document.getElementById('picture');
        const copy = new OffscreenCanvas(1, 1).getContext('2d');
        const [x, y] = [arguments[0] * canvas.width, arguments[1] * canvas.height];
        copy.drawImage(canvas, x, y, 1, 1, 0, 0, 1, 1);
        return [...copy.getImageData(0, 0, 1, 1).data.slice(0, 3)];
        """, x, y);
    return rgb;
  }

  /** Writes a picture of the page to target/playground. */
  void screenshot(String name) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "playground"));
    Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
  }

  /** Returns what the page has logged as warnings and errors. */
  List<String> complaints() {
    return StreamSupport.stream(driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
        .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
        .map(LogEntry::getMessage)
        .toList();
  }

  /** Returns the addresses of all that the page has loaded; its policy blocks everything else. */
  List<String> requests() {
    Object addresses = script(
        "return ['navigation', 'resource'].flatMap((type) => performance.getEntriesByType(type))"
            + ".map((entry) => entry.name).join('\\n')");
    return String.valueOf(addresses).lines().toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
