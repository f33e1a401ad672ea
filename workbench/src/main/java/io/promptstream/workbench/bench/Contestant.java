package io.promptstream.workbench.bench;

import java.util.List;
import java.util.Map;

/**
 * A configuration of the stream to be compared with others.
 *
 * @param name shown in tables
 * @param settings override the settings that all contestants share
 * @param encoding source of its embeddings
 */
public record Contestant(String name, Map<String, String> settings, Encoding encoding) {
  /** The setting that limits the look-ahead window; 0 turns look-ahead off. */
  private static final String LOOK_AHEAD_PROMPTS = "promptstream.lookahead.max.prompts";

  private static final Map<String, String> NO_LOOK_AHEAD = Map.of(LOOK_AHEAD_PROMPTS, "0");

  /**
   * The upper limit: the same stream without the encoder, and without look-ahead, which has nothing
   * to encode ahead.
   */
  public static final Contestant PASS = new Contestant("pass", NO_LOOK_AHEAD, Encoding.CONSTANT);

  /** PromptStream with its default settings. */
  public static final Contestant LOOK_AHEAD =
      new Contestant("look-ahead", Map.of(), Encoding.MODEL);

  /** One call of the encoder for each event. */
  public static final Contestant RECORD_AT_A_TIME =
      new Contestant("record-at-a-time", NO_LOOK_AHEAD, Encoding.MODEL);

  /** All contestants of the {@code bench} command; the upper limit first. */
  public static final List<Contestant> ALL = List.of(PASS, LOOK_AHEAD, RECORD_AT_A_TIME);

  /** Source of the embeddings. */
  public enum Encoding {
    /** The model encodes. */
    MODEL,
    /** {@link ConstantEncoder} returns precomputed embeddings. */
    CONSTANT
  }

  public Contestant {
    settings = Map.copyOf(settings);
  }
}
