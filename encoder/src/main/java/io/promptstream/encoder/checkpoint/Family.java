package io.promptstream.encoder.checkpoint;

import java.util.List;
import java.util.stream.Collectors;

/** The families of Segment Anything models that a checkpoint can be of. */
public enum Family {
  /** SAM, MobileSAM and SAM-HQ. */
  SAM("sam"),
  /** SAM 2 and 2.1. */
  SAM2("sam2"),
  /** The tracker of SAM 3, which is a SAM 2 of other sizes. */
  SAM3_TRACKER("sam3-tracker");

  private final String profileName;

  Family(String profileName) {
    this.profileName = profileName;
  }

  /** Returns the name of the family's rules. */
  public String profileName() {
    return profileName;
  }

  /** Returns names for people: one, or several of which it is one. */
  static String names(List<Family> families) {
    return families.stream().map(Family::profileName).collect(Collectors.joining(" or "));
  }
}
