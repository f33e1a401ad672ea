package io.promptstream.workbench.bench;

import java.util.List;
import java.util.Map;

/**
 * One way to run the stream.
 *
 * @param name as it stands in tables
 * @param settings what it sets over the settings that all have
 * @param encoding where its embeddings come from
 */
public record Contestant(String name, Map<String, String> settings, Encoding encoding) {
  /** The setting that bounds a window of look-ahead; 0 turns look-ahead off. */
  private static final String LOOK_AHEAD_PROMPTS = "promptstream.lookahead.max.prompts";

  private static final Map<String, String> NO_LOOK_AHEAD = Map.of(LOOK_AHEAD_PROMPTS, "0");

  /**
   * The limit: the same stream with the encoder taken out. Without look-ahead too, for there is
   * nothing to look ahead for.
   */
  public static final Contestant PASS = new Contestant("pass", NO_LOOK_AHEAD, Encoding.CONSTANT);

  /** PromptStream as it comes. */
  public static final Contestant LOOK_AHEAD =
      new Contestant("look-ahead", Map.of(), Encoding.MODEL);

  /** One call of the encoder for each event. */
  public static final Contestant RECORD_AT_A_TIME =
      new Contestant("record-at-a-time", NO_LOOK_AHEAD, Encoding.MODEL);

  /** All that are compared by default; the limit first. */
  public static final List<Contestant> ALL = List.of(PASS, LOOK_AHEAD, RECORD_AT_A_TIME);

  /** Where embeddings come from. */
  public enum Encoding {
    /** The model encodes. */
    MODEL,
    /** {@link ConstantEncoder} hands out what the model encoded once. */
    CONSTANT
  }

  public Contestant {
    settings = Map.copyOf(settings);
  }
}
