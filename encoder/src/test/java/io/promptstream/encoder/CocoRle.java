package io.promptstream.encoder;

import java.util.List;

/** Writes the compressed run lengths of COCO, for the tests of all modules. */
public final class CocoRle {
  private CocoRle() {}

  /** Compresses run lengths, by the description in {@code maskApi.c}. */
  public static String compressed(List<Integer> counts) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < counts.size(); i++) {
      int rest = counts.get(i) - (i > 2 ? counts.get(i - 2) : 0);
      boolean more = true;
      while (more) {
        int bits = rest & 31;
        rest >>= 5;
        more = (bits & 16) != 0 ? rest != -1 : rest != 0;
        text.append((char) ('0' + (more ? bits | 32 : bits)));
      }
    }
    return text.toString();
  }
}
