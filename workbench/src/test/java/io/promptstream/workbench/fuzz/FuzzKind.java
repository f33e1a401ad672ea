package io.promptstream.workbench.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Kind of an event's value, with its relative frequency. */
enum FuzzKind implements Kind {
  CLICKS(800, Intent.GOOD, GoodPrompts::clicks),
  BOX(500, Intent.GOOD, GoodPrompts::box),
  BOX_AND_CLICKS(300, Intent.GOOD, GoodPrompts::boxAndClicks),
  NOTHING(100, Intent.GOOD, GoodPrompts::nothing),
  MODEL_FRAME(250, Intent.GOOD, GoodPrompts::modelFrame),
  NAMED_MODEL(100, Intent.GOOD, GoodPrompts::namedModel),
  TINY_COORDINATES(250, Intent.GOOD, GoodPrompts::tiny),
  FAR_EDGES(150, Intent.GOOD, GoodPrompts::farEdges),
  BOX_WITHOUT_AREA(150, Intent.GOOD, GoodPrompts::boxWithoutArea),
  LARGEST_IMAGE(150, Intent.GOOD, GoodPrompts::largestImage),
  MOST_POINTS(10, Intent.GOOD, GoodPrompts::mostPoints),
  LONG_IDS(20, Intent.GOOD, GoodPrompts::longIds),
  MASK(40, Intent.GOOD, GoodPrompts::mask),
  IMAGE_MASK(60, Intent.GOOD, GoodPrompts::imageMask),
  BLOCKS(150, Intent.GOOD, GoodPrompts::blocks),
  OLD_WRITER(200, Intent.GOOD, GoodPrompts::oldWriter),
  FLOAT_WRITER(100, Intent.GOOD, GoodPrompts::floatWriter),
  EXTRA_FIELD(100, Intent.GOOD, GoodPrompts::extraField),

  NULL(100, Intent.BAD, BadBytes::nothing),
  EMPTY(100, Intent.BAD, BadBytes::empty),
  RANDOM_BYTES(500, Intent.EITHER, BadBytes::random),
  RANDOM_DATUM(400, Intent.EITHER, BadBytes::randomDatum),
  TRUNCATED(600, Intent.BAD, BadBytes::truncated),
  EXTENDED(500, Intent.BAD, BadBytes::extended),
  BIT_FLIPS(900, Intent.EITHER, BadBytes::bitFlips),
  WRONG_MAGIC(250, Intent.BAD, BadBytes::wrongMagic),
  HALF_A_HEADER(100, Intent.BAD, BadBytes::halfAHeader),
  NEGATIVE_SCHEMA_ID(100, Intent.BAD, BadBytes::negativeId),
  UNKNOWN_SCHEMA_ID(60, Intent.BAD, BadBytes::unknownId),
  OTHER_SCHEMA(400, Intent.BAD, BadBytes::otherSchema),
  JSON_SCHEMA(20, Intent.BAD, BadBytes::jsonSchema),
  CLAIMED_POINTS(300, Intent.BAD, BadLengths::points),
  FALSE_LENGTH(350, Intent.BAD, BadLengths::strings),
  FALSE_MASK_LENGTH(150, Intent.BAD, BadLengths::mask),
  EXTRA_CLAIMS(100, Intent.BAD, BadLengths::extra),
  UNKNOWN_BRANCH(150, Intent.BAD, BadLengths::branch),
  UNKNOWN_SYMBOL(150, Intent.BAD, BadLengths::symbol),
  ENDLESS_NUMBER(100, Intent.BAD, BadLengths::endlessNumber),
  BROKEN_UTF8(200, Intent.BAD, BadLengths::brokenText),
  BOMB(3, Intent.BAD, BadBytes::bomb),

  NOT_FINITE(500, Intent.BAD, BadPrompts::notFinite),
  OUT_OF_IMAGE(400, Intent.BAD, BadPrompts::outOfImage),
  BOX_INVERTED(250, Intent.BAD, BadPrompts::upsideDown),
  IMAGE_SIZE(250, Intent.BAD, BadPrompts::imageSize),
  TOO_MANY_POINTS(10, Intent.BAD, BadPrompts::tooManyPoints),
  TOO_MANY_HEADERS(60, Intent.BAD, BadPrompts::any),
  UNKNOWN_MODEL(250, Intent.BAD, BadPrompts::unknownModel),
  DEFAULT_SYMBOL(100, Intent.BAD, BadPrompts::defaultSymbol),
  MASK_INVALID(100, Intent.BAD, BadPrompts::maskInvalid),
  MASK_SIZE(200, Intent.BAD, BadPrompts::maskSize),
  MASK_BYTES(100, Intent.BAD, BadPrompts::maskBytes),
  MASK_NOT_FINITE(25, Intent.BAD, BadPrompts::maskNotFinite),
  MASK_HUGE(20, Intent.EITHER, BadPrompts::maskHuge),
  RESULT_TOO_LARGE(1, Intent.BAD, BadPrompts::resultTooLarge);

  private static final List<FuzzKind> ALL = List.of(values());
  private static final List<FuzzKind> GOOD = ALL.stream().filter(FuzzKind::good).toList();
  private static final int TOTAL_SHARE = Kind.total(ALL);
  private static final int GOOD_SHARE = Kind.total(GOOD);

  private final int share;
  private final Intent intent;

  @SuppressWarnings("ImmutableEnumChecker") // references to static methods
  private final Maker maker;

  FuzzKind(int share, Intent intent, Maker maker) {
    this.share = share;
    this.intent = intent;
    this.maker = maker;
  }

  /** Makes a value. */
  @FunctionalInterface
  interface Maker {
    byte @Nullable [] make(EventRandom draw);
  }

  /** Draws a random kind. */
  static FuzzKind draw(EventRandom draw) {
    return Kind.draw(draw, ALL, TOTAL_SHARE);
  }

  /** Draws a random good kind. */
  static FuzzKind drawGood(EventRandom draw) {
    return Kind.draw(draw, GOOD, GOOD_SHARE);
  }

  @Override
  public Intent intent() {
    return intent;
  }

  @Override
  public int share() {
    return share;
  }

  boolean good() {
    return intent == Intent.GOOD;
  }

  byte @Nullable [] make(EventRandom draw) {
    return maker.make(draw);
  }
}
