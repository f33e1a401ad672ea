package io.promptstream.workbench.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A configuration of the stream, or a peer, to be compared with others.
 *
 * @param name shown in tables
 * @param settings override the settings that all applications share; of a peer, its producer's
 * @param program what its process runs
 * @param javaOptions options of its JVM
 * @param workload its events; null for those of the plan
 */
public record Contestant(
    String name,
    Map<String, String> settings,
    Program program,
    List<String> javaOptions,
    @Nullable Workload workload) {
  /** A variant is part of the names of topics. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

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

  /** What a process runs. */
  public sealed interface Program permits Encoding, Peer {}

  /** The application, with this source of its embeddings. */
  public enum Encoding implements Program {
    /** The model encodes. */
    MODEL,
    /** {@link ConstantEncoder} returns precomputed embeddings. */
    CONSTANT
  }

  public Contestant {
    settings = Map.copyOf(settings);
    javaOptions = List.copyOf(javaOptions);
  }

  /** A contestant with the events of the plan and without options of its JVM. */
  public Contestant(String name, Map<String, String> settings, Program program) {
    this(name, settings, program, List.of(), null);
  }

  /** PromptStream with its default settings and the events of another workload. */
  static Contestant on(Workload workload) {
    return new Contestant(workload.toString(), Map.of(), Encoding.MODEL, List.of(), workload);
  }

  /**
   * Returns the contestants of the {@code bench} command; the upper limit first. If the workload is
   * there to be compared with another one, the last contestant has the events of that one.
   */
  public static List<Contestant> all(Workload workload) {
    Workload reference = workload.reference();
    return List.of(
        PASS, LOOK_AHEAD, reference == null ? RECORD_AT_A_TIME : Contestant.on(reference));
  }

  /** Returns whether its events are {@link EventFloats} instead of Avro records. */
  boolean readsFloats() {
    return program instanceof Peer peer && peer.readsFloats();
  }

  /** Returns the plan of this contestant's runs. */
  BenchPlan plan(BenchPlan shared) {
    return workload == null ? shared : shared.withWorkload(workload);
  }

  /**
   * Returns PromptStream with other settings or JVM options than the defaults.
   *
   * @param text {@code NAME,SETTING=VALUE,-JAVA_OPTION}, with any number of both
   * @throws IllegalArgumentException if a part has neither form
   */
  public static Contestant variant(String text) {
    List<String> parts = List.of(text.split(",", -1));
    String name = parts.get(0);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "variant name must consist of letters, digits, '.', '_' and '-': " + name);
    }
    Map<String, String> settings = new HashMap<>();
    List<String> options = new ArrayList<>();
    for (String part : parts.subList(1, parts.size())) {
      int equals = part.indexOf('=');
      if (part.startsWith("-")) {
        options.add(part);
      } else if (equals > 0) {
        settings.put(part.substring(0, equals), part.substring(equals + 1));
      } else {
        throw new IllegalArgumentException(
            "variant %s has '%s', must be SETTING=VALUE or a JVM option".formatted(name, part));
      }
    }
    return new Contestant(name, settings, Encoding.MODEL, options, null);
  }
}
