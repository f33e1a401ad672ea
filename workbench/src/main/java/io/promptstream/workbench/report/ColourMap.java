package io.promptstream.workbench.report;

/** A perceptually uniform colour map, interpolated between equidistant anchors. */
final class ColourMap {
  /** Nine samples of matplotlib's viridis (CC0), dark violet to yellow. */
  static final ColourMap VIRIDIS = new ColourMap(
      0x440154, 0x472D7B, 0x3B528B, 0x2C728E, 0x21918C, 0x28AE80, 0x5EC962, 0xADDC30, 0xFDE725);

  private final int[] anchors;

  private ColourMap(int... anchors) {
    this.anchors = anchors;
  }

  /** Returns the colour of a value as 0xRRGGBB; values outside 0 to 1 are clamped, NaN is 0. */
  int rgb(double value) {
    double clamped = value > 0 ? Math.min(value, 1) : 0;
    double position = clamped * (anchors.length - 1);
    int low = Math.min((int) position, anchors.length - 2);
    double share = position - low;
    int rgb = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = anchors[low] >> shift & 0xFF;
      int to = anchors[low + 1] >> shift & 0xFF;
      rgb |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return rgb;
  }

  /** Returns the scale as a CSS gradient from left to right. */
  String cssGradient() {
    StringBuilder css = new StringBuilder("linear-gradient(90deg");
    for (int anchor : anchors) {
      css.append(String.format(", #%06x", anchor));
    }
    return css.append(')').toString();
  }
}
