package io.promptstream.encoder.checkpoint;

import java.util.regex.Pattern;

/** A source as it may be shown: an address without its query and password, which are secrets. */
public final class SourceName {
  private static final Pattern ADDRESS = Pattern.compile("(?i)https?://.*", Pattern.DOTALL);
  private static final Pattern PASSWORD = Pattern.compile("(?<=://)[^/?#]*@");
  private static final Pattern QUERY = Pattern.compile("\\?[^#]*");

  private SourceName() {}

  /** Returns the source for people; anything but an address is as it was. */
  public static String shown(String source) {
    if (!ADDRESS.matcher(source).matches()) {
      return source;
    }
    String open = PASSWORD.matcher(source).replaceAll("");
    return MalformedCheckpointException.quote(QUERY.matcher(open).replaceFirst("?..."));
  }
}
