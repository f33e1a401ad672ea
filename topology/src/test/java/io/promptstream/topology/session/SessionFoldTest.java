package io.promptstream.topology.session;

import static io.promptstream.topology.session.Actions.action;
import static io.promptstream.topology.session.Actions.add;
import static io.promptstream.topology.session.Actions.box;
import static io.promptstream.topology.session.Actions.mask;
import static io.promptstream.topology.session.Actions.point;
import static io.promptstream.topology.session.Actions.remove;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.promptstream.schemas.BitmapMask;
import io.promptstream.schemas.Clear;
import io.promptstream.schemas.ClearBox;
import io.promptstream.schemas.ClearMask;
import io.promptstream.schemas.Close;
import io.promptstream.schemas.DataType;
import io.promptstream.schemas.ImageSize;
import io.promptstream.schemas.LogitsMask;
import io.promptstream.schemas.PolygonMask;
import io.promptstream.schemas.PromptAction;
import io.promptstream.schemas.PromptEvent;
import io.promptstream.schemas.Redo;
import io.promptstream.schemas.RleMask;
import io.promptstream.schemas.SessionState;
import io.promptstream.schemas.SetMask;
import io.promptstream.schemas.Undo;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.session.SessionFold.Outcome;
import io.promptstream.topology.session.SessionFold.Result;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SessionFoldTest {
  private final SessionFold fold = new SessionFold(new SessionLimits(100, 100_000), prompt -> {});

  private @Nullable SessionState state;
  private long offset;

  private @Nullable PromptEvent act(Object what) {
    return act(action("a" + offset, what)).prompt();
  }

  private Result act(PromptAction action) {
    Result result = fold.apply(state, action, offset, 1_000 + offset);
    offset++;
    if (result.state() != null) {
      state = result.state();
    }
    return result;
  }

  private PromptEvent prompt(Object what) {
    return requireNonNull(act(what));
  }

  @Test
  void shouldGiveTheWholePromptAfterEachAction() {
    assertThat(prompt(add(1, 2)).getPoints()).containsExactly(point(1, 2));
    assertThat(prompt(add(3, 4)).getPoints()).containsExactly(point(1, 2), point(3, 4));
    assertThat(prompt(box(9)).getBox()).isEqualTo(box(9).getBox());
    assertThat(prompt(mask(8, 1)).getMask()).isEqualTo(mask(8, 1).getMask());
    PromptEvent last = prompt(remove(2, 2, 1.5));
    assertThat(last.getPoints()).containsExactly(point(3, 4));
    assertThat(last.getBox()).isEqualTo(box(9).getBox());
    assertThat(last.getMask()).isEqualTo(mask(8, 1).getMask());
    assertThat(prompt(new ClearBox()).getBox()).isNull();
    assertThat(prompt(new ClearMask()).getMask()).isNull();
    assertThat(prompt(new Clear()).getPoints()).isEmpty();
  }

  @Test
  void shouldNameThePromptAfterSessionObjectAndRevision() {
    PromptEvent first = prompt(add(1, 2));
    assertThat(first.getPromptId()).isEqualTo("s/o/1");
    assertThat(first.getImageId()).isEqualTo("truck.jpg");
    assertThat(first.getObjectId()).isEqualTo("o");
    assertThat(first.getImageSize()).isEqualTo(Actions.SIZE);
    assertThat(prompt(new Undo()).getPromptId()).isEqualTo("s/o/2");
  }

  @Test
  void shouldNameTheObjectThatHasNoIdAfterItsSession() {
    PromptAction action =
        PromptAction.newBuilder(action("a", add(1, 2))).setObjectId(null).build();

    PromptEvent prompt = requireNonNull(act(action).prompt());
    assertThat(prompt.getPromptId()).isEqualTo("s/1");
    assertThat(prompt.getObjectId()).isNull();
  }

  @Test
  void shouldUndoAndRedoAHundredActions() {
    for (int i = 0; i < 101; i++) {
      prompt(i % 3 == 2 ? remove(i - 1, 0, 0) : add(i, 0));
    }
    List<?> last = requireNonNull(state).getPrompt().getPoints();
    for (int i = 0; i < 100; i++) {
      prompt(new Undo());
    }
    assertThat(requireNonNull(state).getPrompt().getPoints()).containsExactly(point(0, 0));
    assertRejected(new Undo(), ErrorCode.NOTHING_TO_UNDO);
    for (int i = 0; i < 100; i++) {
      prompt(new Redo());
    }
    assertThat(requireNonNull(state).getPrompt().getPoints()).isEqualTo(last);
    assertRejected(new Redo(), ErrorCode.NOTHING_TO_REDO);
  }

  @Test
  void shouldKeepTheWholeHistoryWhileTheLastActionIsUndoneAndRedoneManyTimes() {
    for (int i = 0; i < 50; i++) {
      prompt(add(i, 0));
    }
    for (int i = 0; i < 300; i++) {
      prompt(new Undo());
      prompt(new Redo());
    }
    for (int i = 0; i < 50; i++) {
      prompt(new Undo());
    }

    assertThat(requireNonNull(state).getPrompt()).isEqualTo(Edits.EMPTY);
    assertThat(requireNonNull(state).getSteps()).hasSizeLessThanOrEqualTo(200);
  }

  @Test
  void shouldForgetTheActionsThatWereTakenBackAfterAnotherAction() {
    prompt(add(1, 0));
    prompt(new Undo());
    prompt(add(2, 0));

    assertRejected(new Redo(), ErrorCode.NOTHING_TO_REDO);
    assertThat(prompt(new Undo()).getPoints()).isEmpty();
  }

  @Test
  void shouldGiveAnEmptyPromptAfterTheFirstActionIsUndone() {
    prompt(add(1, 0));

    PromptEvent empty = prompt(new Undo());
    assertThat(empty.getPoints()).isEmpty();
    assertThat(empty.getBox()).isNull();
    assertThat(empty.getMask()).isNull();
  }

  @Test
  void shouldRemoveTheNearestPointAndTheLastOneOfSeveral() {
    prompt(add(0, 0));
    prompt(add(5, 0));
    prompt(add(5, 0));

    assertThat(prompt(remove(4, 0, 10)).getPoints()).containsExactly(point(0, 0), point(5, 0));
    assertThat(prompt(remove(2, 0, 2)).getPoints()).containsExactly(point(5, 0));
  }

  @Test
  void shouldActOnceOnAnActionThatIsSentTwice() {
    PromptAction action = action("same", add(1, 0));
    act(action);
    for (int i = 0; i < 99; i++) {
      prompt(box(i));
    }

    Result again = act(action);
    assertThat(again).isEqualTo(new Result(Outcome.DUPLICATE, null, null));
    assertThat(prompt(box(1)).getPoints()).hasSize(1);
    assertThat(act(action).outcome()).isEqualTo(Outcome.ACCEPTED);
  }

  @Test
  void shouldGiveThePromptOfAnActionAgainThatTheStateIncludesAlready() {
    List<Object> actions = List.of(
        add(1, 0), add(2, 0), new Undo(), box(3), mask(8, 1), new Redo(), new Undo(), new Clear());
    PromptEvent[] prompts = new PromptEvent[actions.size()];
    for (int i = 0; i < actions.size(); i++) {
      if (i == 5) {
        assertRejected(actions.get(i), ErrorCode.NOTHING_TO_REDO);
        offset++;
      } else {
        prompts[i] = prompt(actions.get(i));
      }
    }
    SessionState last = requireNonNull(state);

    for (int i = 0; i < actions.size(); i++) {
      offset = i;
      if (i == 5) {
        assertRejected(actions.get(i), ErrorCode.ACTION_OUTDATED);
      } else {
        assertThat(act(action("a" + i, actions.get(i))))
            .isEqualTo(new Result(Outcome.REPEATED, null, prompts[i]));
      }
    }
    assertThat(state).isEqualTo(last);
  }

  @Test
  void shouldGiveTheCurrentPromptAgainIfAnEarlierOneIsForgotten() {
    prompt(mask(60_000, 1));
    prompt(mask(60_000, 2));
    PromptEvent last = prompt(add(1, 0));
    offset = 0;

    assertThat(act(action("a0", mask(60_000, 1))).prompt()).isEqualTo(last);
  }

  @Test
  void shouldNotGiveAPromptAgainForAResentAction() {
    prompt(add(1, 0));
    act(action("a0", add(1, 0)));
    prompt(add(2, 0));
    offset = 1;

    assertThat(act(action("a0", add(1, 0))).outcome()).isEqualTo(Outcome.DUPLICATE);
  }

  @Test
  void shouldEndTheSessionOfTheObject() {
    prompt(add(1, 0));

    assertThat(act(new Close())).isNull();
    for (Object what : List.of(new Undo(), new Redo(), new Clear(), new Close(), new ClearBox())) {
      assertRejected(what, ErrorCode.UNKNOWN_OBJECT);
    }
    PromptEvent again = prompt(add(2, 0));
    assertThat(again.getPoints()).containsExactly(point(2, 0));
    assertThat(again.getPromptId()).isEqualTo("s/o/3");
    assertThat(prompt(new Undo()).getPoints()).isEmpty();
    assertRejected(new Undo(), ErrorCode.NOTHING_TO_UNDO);
  }

  @Test
  void shouldEndAnyObjectOfTheSession() {
    prompt(add(1, 0));
    PromptAction close = PromptAction.newBuilder(action("close", new Close()))
        .setObjectId(null)
        .setImageId("other")
        .build();

    assertThat(act(close).outcome()).isEqualTo(Outcome.ACCEPTED);
    assertRejected(new Undo(), ErrorCode.UNKNOWN_OBJECT);
  }

  @Test
  void shouldGiveThePromptsBeforeACloseAgain() {
    PromptEvent first = prompt(add(1, 0));
    act(new Close());
    PromptEvent second = prompt(add(2, 0));

    offset = 0;
    assertThat(act(action("a0", add(1, 0))).prompt()).isEqualTo(first);
    assertThat(act(action("a1", new Close()))).isEqualTo(new Result(Outcome.REPEATED, null, null));
    assertThat(act(action("a2", add(2, 0))).prompt()).isEqualTo(second);
  }

  @Test
  void shouldDropTheOldestMasksFromTheHistoryAndKeepTheRest() {
    for (int i = 0; i < 10; i++) {
      prompt(mask(30_000, i));
    }

    assertThat(SessionStates.size(requireNonNull(state))).isLessThanOrEqualTo(100_000);
    assertThat(prompt(new Undo()).getMask()).isEqualTo(mask(30_000, 8).getMask());
    assertThat(prompt(new Undo()).getMask()).isEqualTo(mask(30_000, 7).getMask());
    assertRejected(new Undo(), ErrorCode.NOTHING_TO_UNDO);
    assertThat(prompt(new Redo()).getMask()).isEqualTo(mask(30_000, 8).getMask());
  }

  @Test
  void shouldRejectAnInputThatIsLargerThanAState() {
    prompt(add(1, 0));

    assertRejected(mask(100_001, 1), ErrorCode.SESSION_TOO_LARGE);
  }

  @Test
  void shouldRejectWhatTheValidatorRejects() {
    RejectedEventException outside =
        new RejectedEventException(ErrorCode.OUT_OF_IMAGE, "points[0].x is 2000");
    SessionFold strict = new SessionFold(new SessionLimits(100, 100_000), prompt -> {
      throw outside;
    });

    assertThatExceptionOfType(RejectedEventException.class)
        .isThrownBy(() -> strict.apply(null, action("a", add(2000, 1)), 0, 0))
        .isSameAs(outside);
  }

  static Stream<Arguments> rejected() {
    return Stream.of(
        Arguments.of(new Undo(), ErrorCode.UNKNOWN_OBJECT, false),
        Arguments.of(new Redo(), ErrorCode.UNKNOWN_OBJECT, false),
        Arguments.of(remove(1, 1, 9), ErrorCode.UNKNOWN_OBJECT, false),
        Arguments.of(new Clear(), ErrorCode.UNKNOWN_OBJECT, false),
        Arguments.of(new Close(), ErrorCode.UNKNOWN_OBJECT, false),
        Arguments.of(new Redo(), ErrorCode.NOTHING_TO_REDO, true),
        Arguments.of(remove(1, 1, 0.9), ErrorCode.NO_POINT_NEAR, true),
        Arguments.of(remove(1, 1, Double.NaN), ErrorCode.NO_POINT_NEAR, true),
        Arguments.of(remove(Double.NaN, 1, 9), ErrorCode.NO_POINT_NEAR, true),
        Arguments.of(new ClearBox(), ErrorCode.NOTHING_TO_CLEAR, true),
        Arguments.of(new ClearMask(), ErrorCode.NOTHING_TO_CLEAR, true));
  }

  @ParameterizedTest
  @MethodSource("rejected")
  void shouldRejectAnActionThatIsNotPossible(Object what, ErrorCode code, boolean open) {
    if (open) {
      prompt(add(2, 1));
    }
    assertRejected(what, code);
  }

  @Test
  void shouldRejectClearOfAnEmptyPrompt() {
    prompt(add(1, 0));
    prompt(new Clear());

    assertRejected(new Clear(), ErrorCode.NOTHING_TO_CLEAR);
  }

  @Test
  void shouldRejectAnotherImageSizeOrModelThanTheFirst() {
    prompt(add(1, 0));

    for (PromptAction other : List.of(
        PromptAction.newBuilder(action("x", add(1, 0)))
            .setImageSize(new ImageSize(1200, 1801))
            .build(),
        PromptAction.newBuilder(action("x", add(1, 0))).setImageSize(null).build(),
        PromptAction.newBuilder(action("x", add(1, 0))).setImageId("other").build(),
        PromptAction.newBuilder(action("x", add(1, 0))).setModel("other").build())) {
      assertRejected(other, ErrorCode.SESSION_MISMATCH);
    }
    PromptAction undo =
        PromptAction.newBuilder(action("x", new Undo())).setImageSize(null).build();
    assertThat(requireNonNull(act(undo).prompt()).getImageSize()).isEqualTo(Actions.SIZE);
  }

  @Test
  void shouldRejectIdsThatAreEmptyTooLongOrHaveASlash() {
    for (PromptAction bad : List.of(
        action("", add(1, 0)),
        action("x".repeat(101), add(1, 0)),
        PromptAction.newBuilder(action("x", add(1, 0))).setSessionId("").build(),
        PromptAction.newBuilder(action("x", add(1, 0))).setSessionId("a/b").build(),
        PromptAction.newBuilder(action("x", add(1, 0))).setObjectId("").build(),
        PromptAction.newBuilder(action("x", add(1, 0))).setObjectId("/").build())) {
      assertRejected(bad, ErrorCode.INVALID_ID);
    }
  }

  @Test
  void shouldKeepEachKindOfMask() {
    for (Object mask : List.of(
        new LogitsMask(DataType.FLOAT16, 256, 256, ByteBuffer.allocate(8)),
        new RleMask(2, 2, "04"),
        new RleMask(2, 2, List.of(1, 3)),
        new PolygonMask(List.of(List.of(0.0, 0.0, 1.0, 0.0, 1.0, 1.0))),
        new BitmapMask(1, 8, ByteBuffer.allocate(1)))) {
      assertThat(prompt(new SetMask(mask)).getMask()).isEqualTo(mask);
      prompt(new ClearMask());
      assertThat(prompt(new Undo()).getMask()).isEqualTo(mask);
    }
  }

  @Test
  void shouldReadBackTheStateThatItWrites() {
    prompt(add(1, 0));
    prompt(mask(8, 1));
    prompt(new SetMask(new RleMask(2, 2, List.of(1, 3))));
    prompt(box(1));
    prompt(new Undo());
    prompt(new Clear());

    var serde = SessionStates.serde();
    byte[] bytes = serde.serializer().serialize("t", state);
    assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(state);
    assertThat(bytes).hasSize((int) SessionStates.size(requireNonNull(state)));
  }

  private void assertRejected(Object what, ErrorCode code) {
    assertRejected(action("r" + offset, what), code);
  }

  private void assertRejected(PromptAction action, ErrorCode code) {
    assertThatExceptionOfType(RejectedEventException.class)
        .isThrownBy(() -> fold.apply(state, action, offset, 0))
        .satisfies(rejected -> assertThat(rejected.code()).isEqualTo(code));
  }
}
