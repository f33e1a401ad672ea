package io.promptstream.workbench.fuzz;

import io.promptstream.schemas.PromptAction;
import io.promptstream.topology.errors.ErrorCode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Kind of an action on an object that has one point, with its relative frequency. */
enum ActionKind implements Kind {
  ADD_POINT(300, Intent.GOOD, HostileActions::addPoint),
  LONGEST_ID(50, Intent.GOOD, HostileActions::longestId),
  UNDO(100, Intent.GOOD, HostileActions::undo),

  DUPLICATE(100, Intent.EITHER, HostileActions::duplicate),
  DUPLICATE_ID(100, Intent.EITHER, HostileActions::duplicateId),
  CLOSE(100, Intent.EITHER, HostileActions::close),

  NULL(30, ErrorCode.UNDECODABLE, (draw, first) -> BadBytes.nothing(draw)),
  EMPTY(30, ErrorCode.UNDECODABLE, (draw, first) -> BadBytes.empty(draw)),
  TRUNCATED(100, ErrorCode.UNDECODABLE, HostileActions::truncated),
  EXTENDED(100, ErrorCode.UNDECODABLE, HostileActions::extended),
  FALSE_LENGTH(100, ErrorCode.UNDECODABLE, HostileActions::falseLength),
  WRONG_MAGIC(50, ErrorCode.UNDECODABLE, (draw, first) -> BadBytes.wrongMagic(draw)),
  PROMPT_SCHEMA(100, ErrorCode.UNDECODABLE, (draw, first) -> GoodPrompts.clicks(draw)),
  OTHER_SCHEMA(100, ErrorCode.UNDECODABLE, (draw, first) -> BadBytes.otherSchema(draw)),
  UNKNOWN_SCHEMA_ID(10, ErrorCode.UNDECODABLE, (draw, first) -> BadBytes.unknownId(draw)),
  BOMB(1, ErrorCode.EVENT_TOO_LARGE, (draw, first) -> BadBytes.bomb(draw)),
  TOO_MANY_HEADERS(20, ErrorCode.TOO_MANY_HEADERS, HostileActions::addPoint),

  ACTION_ID(100, ErrorCode.INVALID_ID, HostileActions::actionId),
  SESSION_ID(100, ErrorCode.INVALID_ID, HostileActions::sessionId),
  OBJECT_ID(100, ErrorCode.INVALID_ID, HostileActions::objectId),
  NOT_FINITE(100, ErrorCode.COORDINATE_NOT_FINITE, HostileActions::notFinite),
  OUT_OF_IMAGE(100, ErrorCode.OUT_OF_IMAGE, HostileActions::outOfImage),
  BOX_INVERTED(50, ErrorCode.BOX_INVERTED, HostileActions::boxInverted),
  UNKNOWN_SYMBOL(50, ErrorCode.UNKNOWN_SYMBOL, HostileActions::unknownSymbol),
  HUGE_MASK(100, ErrorCode.MASK_INVALID, HostileActions::hugeMask),
  LARGE_MASK(1, ErrorCode.SESSION_TOO_LARGE, HostileActions::largeMask),
  NO_POINT_NEAR(100, ErrorCode.NO_POINT_NEAR, HostileActions::noPointNear),
  NOTHING_TO_CLEAR(100, ErrorCode.NOTHING_TO_CLEAR, HostileActions::nothingToClear),
  /** Follows an Undo. */
  NOTHING_TO_UNDO(100, ErrorCode.NOTHING_TO_UNDO, HostileActions::undo),
  NOTHING_TO_REDO(100, ErrorCode.NOTHING_TO_REDO, HostileActions::redo),
  UNKNOWN_OBJECT(100, ErrorCode.UNKNOWN_OBJECT, HostileActions::unknownObject),
  OTHER_IMAGE(100, ErrorCode.SESSION_MISMATCH, HostileActions::otherImage),
  OTHER_SIZE(100, ErrorCode.SESSION_MISMATCH, HostileActions::otherSize),
  OTHER_MODEL(50, ErrorCode.SESSION_MISMATCH, HostileActions::otherModel),
  UNKNOWN_MODEL(50, ErrorCode.UNKNOWN_MODEL, HostileActions::unknownModel),
  /** Sessions may have one object only. */
  SECOND_OBJECT(100, ErrorCode.SESSION_TOO_LARGE, HostileActions::secondObject);

  private static final List<ActionKind> ALL = List.of(values());
  private static final int TOTAL_SHARE = Kind.total(ALL);

  private final int share;
  private final Intent intent;
  private final @Nullable ErrorCode code;

  @SuppressWarnings("ImmutableEnumChecker") // references to static methods
  private final Maker maker;

  ActionKind(int share, Intent intent, Maker maker) {
    this.share = share;
    this.intent = intent;
    this.maker = maker;
    code = null;
  }

  ActionKind(int share, ErrorCode code, Maker maker) {
    this.share = share;
    this.code = code;
    this.maker = maker;
    intent = Intent.BAD;
  }

  /** Makes a value after the first action of its object. */
  @FunctionalInterface
  private interface Maker {
    byte @Nullable [] make(EventRandom draw, PromptAction first);
  }

  /** Draws a random kind. */
  static ActionKind draw(EventRandom draw) {
    return Kind.draw(draw, ALL, TOTAL_SHARE);
  }

  @Override
  public Intent intent() {
    return intent;
  }

  @Override
  public int share() {
    return share;
  }

  /** Returns the code with which it is rejected, if it is. */
  Optional<ErrorCode> code() {
    return Optional.ofNullable(code);
  }

  byte @Nullable [] make(EventRandom draw, PromptAction first) {
    return maker.make(draw, first);
  }
}
