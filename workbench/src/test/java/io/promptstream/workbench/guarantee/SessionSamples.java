package io.promptstream.workbench.guarantee;

import io.promptstream.encoder.ImageMasks;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.guarantee.ListFold.Content;
import io.promptstream.workbench.guarantee.Sample.Encoded;
import io.promptstream.workbench.guarantee.Sample.Outcome;
import io.promptstream.workbench.guarantee.Sample.Rejected;
import io.promptstream.workbench.guarantee.Sample.Silent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Actions of sessions with their expected outcomes, folded and encoded here before any fault. Each
 * image has one session of two objects, which repeats a script of random actions: possible and
 * impossible ones, some of them sent twice, and a Close at the end.
 */
public final class SessionSamples implements Source {
  private static final int SCRIPTS = 4;
  private static final int ACTIONS = 60;
  private static final double UNDECODABLE_SHARE = 0.01;
  private static final int ONE_IN_TWICE = 12;
  private static final List<@Nullable String> OBJECTS = Arrays.asList(null, "b");

  private final List<Script> scripts = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private final PromptEncoder encoder;
  private final ImageMasks masks;
  private final Guarantee guarantee;

  /**
   * Generates random scripts.
   *
   * @param masks converts masks as the application does
   */
  public SessionSamples(long seed, PromptEncoder encoder, ImageMasks masks, Guarantee guarantee) {
    this.encoder = encoder;
    this.masks = masks;
    this.guarantee = guarantee;
    Random random = new Random(seed);
    for (int i = 0; i < SCRIPTS; i++) {
      scripts.add(script(random));
    }
  }

  /**
   * An action of a script.
   *
   * @param id place of the action in the script, or of the earlier one that it repeats
   * @param revision of the object, counted from the beginning of the script
   * @param content what the action leads to, if it leads to a prompt
   */
  private record Step(
      int object,
      int id,
      ImageSize size,
      Object what,
      long revision,
      @Nullable Content content,
      Outcome outcome) {
    Step twice() {
      return new Step(object, id, size, what, revision, null, new Silent());
    }
  }

  /**
   * A script.
   *
   * @param revisions how many revisions it adds to each object
   */
  private record Script(List<Step> steps, List<Long> revisions) {}

  private Script script(Random random) {
    List<ListFold> folds = List.of(new ListFold(), new ListFold());
    List<Step> steps = new ArrayList<>();
    while (steps.size() < ACTIONS) {
      int object = steps.isEmpty() ? 0 : random.nextInt(OBJECTS.size());
      Step step = step(steps.size(), object, folds.get(object), random);
      steps.add(step);
      if (step.content() != null && random.nextInt(ONE_IN_TWICE) == 0) {
        steps.add(step.twice());
      }
    }
    Step close = new Step(0, steps.size(), RandomActions.SIZE, new Close(), 0, null, new Silent());
    steps.add(close);
    steps.add(close);
    folds.forEach(ListFold::close);
    return new Script(steps, folds.stream().map(ListFold::revision).toList());
  }

  private Step step(int id, int object, ListFold fold, Random random) {
    Object what = RandomActions.draw(fold.content(), random);
    ImageSize size = fold.isOpen() ? RandomActions.size(random) : RandomActions.SIZE;
    ErrorCode code = fold.apply(what, size);
    return code == null
        ? new Step(object, id, size, what, fold.revision(), fold.content(), encoded(fold.content()))
        : new Step(object, id, size, what, fold.revision(), null, new Rejected(possible(code)));
  }

  private Encoded encoded(Content content) {
    return Samples.encoded(
        encoder,
        content.points(),
        content.box(),
        content.mask() == null
            ? null
            : masks.polygons(
                new io.promptstream.encoder.ImageSize(Samples.HEIGHT, Samples.WIDTH),
                content.mask().getRings()));
  }

  /** Without transactions, an action that comes again after a failure can be outdated. */
  private Set<ErrorCode> possible(ErrorCode code) {
    return guarantee == Guarantee.EXACTLY_ONCE_V2
        ? Set.of(code)
        : EnumSet.of(code, ErrorCode.ACTION_OUTDATED);
  }

  @Override
  public Sample next(long number, Random random) {
    if (random.nextDouble() < UNDECODABLE_SHARE) {
      List<Sample> undecodable = Samples.undecodable();
      return undecodable.get(random.nextInt(undecodable.size()));
    }
    String image = Samples.imageId(number);
    Script script = scripts.get(Math.floorMod(image.hashCode(), SCRIPTS));
    int position = positions.merge(image, 1, Integer::sum) - 1;
    int times = position / script.steps().size();
    return sample(
        image, script, times, script.steps().get(position % script.steps().size()));
  }

  private static Sample sample(String image, Script script, int times, Step step) {
    String session = "session-of-" + image;
    String object = OBJECTS.get(step.object());
    String id = "%d/%d".formatted(times, step.id());
    PromptAction action =
        new PromptAction(id, session, object, image, step.size(), null, step.what());
    Content content = step.content();
    if (content == null) {
      return Sample.action(action, null, step.outcome());
    }
    long revision = times * script.revisions().get(step.object()) + step.revision();
    PromptEvent prompt = new PromptEvent(
        session + "/" + (object == null ? "" : object + "/") + revision,
        image,
        object,
        step.size(),
        content.points(),
        content.box(),
        content.mask(),
        null);
    return Sample.action(action, prompt, step.outcome());
  }
}
