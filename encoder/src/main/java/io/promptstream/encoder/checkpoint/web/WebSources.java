package io.promptstream.encoder.checkpoint.web;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Detects sources on the web and resolves them to addresses. */
public final class WebSources {
  private static final String HUB_PREFIX = "hf:";
  private static final String NAME = "[A-Za-z0-9_][A-Za-z0-9_.-]*";
  private static final Pattern HUB_MODEL =
      Pattern.compile("hf:(%s/%s)(?:@([^@\\s\\p{Cntrl}]+))?".formatted(NAME, NAME));

  private final Map<String, String> environment;

  /**
   * Creates a resolver for an environment.
   *
   * @param environment with {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code HF_HOME} as Hugging
   *     Face's own tools read them
   */
  public WebSources(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Returns whether a source has the form of a source on the web, even if it is malformed. */
  public static boolean isOnTheWeb(String source) {
    String lower = source.toLowerCase(Locale.ROOT);
    return lower.startsWith("https://")
        || lower.startsWith("http://")
        || source.startsWith(HUB_PREFIX)
        || WellKnownCheckpoints.has(source);
  }

  /**
   * Resolves a source.
   *
   * @param source an address, {@code hf:OWNER/NAME[@REVISION]} or a well-known name
   * @throws WebException if it is none of these
   */
  public WebSource resolve(String source) throws WebException {
    Hub hub = Hub.of(environment);
    if (source.startsWith(HUB_PREFIX)) {
      Matcher model = HUB_MODEL.matcher(source);
      if (!model.matches() || source.contains("..")) {
        throw new WebException("it is not hf:OWNER/NAME or hf:OWNER/NAME@REVISION");
      }
      return new WebSource.HubModel(
          hub, model.group(1), Optional.ofNullable(model.group(2)).orElse("main"));
    }
    Optional<WebAddress> wellKnown = WellKnownCheckpoints.find(source, hub);
    if (wellKnown.isPresent()) {
      return new WebSource.File(wellKnown.get());
    }
    return new WebSource.File(hub.opened(WebAddress.parse(source)));
  }
}
