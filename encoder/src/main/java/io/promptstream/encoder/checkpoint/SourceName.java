package io.promptstream.encoder.checkpoint;

import java.util.regex.Pattern;

/**
 * Formats a source for display: an address without its query and password, which can be secrets.
 */
public final class SourceName {
  private static final Pattern ADDRESS = Pattern.compile("(?i)https?://.*", Pattern.DOTALL);
  private static final Pattern PASSWORD = Pattern.compile("(?<=://)[^/?#]*@");
  private static final Pattern QUERY = Pattern.compile("\\?[^#]*");

  private SourceName() {}

  /** Returns the source for display; a source that is not an address is unchanged. */
  public static String shown(String source) {
    if (!ADDRESS.matcher(source).matches()) {
      return source;
    }
    String open = PASSWORD.matcher(source).replaceAll("");
    return MalformedCheckpointException.quote(QUERY.matcher(open).replaceFirst("?..."));
  }
}
