package io.promptstream.encoder;

/** What the user says of a point; the numbers are those of the official code. */
public enum PointLabel {
  /** No point at all, only padding; its coordinates do not count. */
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
