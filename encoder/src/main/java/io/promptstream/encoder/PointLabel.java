package io.promptstream.encoder;

/** The label of a point, with the number that the official code uses. */
public enum PointLabel {
  /** Padding; its coordinates are ignored. */
  NOT_A_POINT(-1),
  /** The point is not on the object. */
  BACKGROUND(0),
  /** The point is on the object. */
  FOREGROUND(1);

  private final int label;

  PointLabel(int label) {
    this.label = label;
  }

  int label() {
    return label;
  }
}
