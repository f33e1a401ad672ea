package io.promptstream.encoder.checkpoint;

import java.util.List;
import java.util.stream.Collectors;

/** The supported families of Segment Anything models. */
public enum Family {
  /** SAM, MobileSAM and SAM-HQ. */
  SAM("sam"),
  /** SAM 2 and 2.1. */
  SAM2("sam2"),
  /** The tracker of SAM 3, which is SAM 2 with different sizes. */
  SAM3_TRACKER("sam3-tracker");

  private final String profileName;

  Family(String profileName) {
    this.profileName = profileName;
  }

  /** Returns the name of the family's profile. */
  public String profileName() {
    return profileName;
  }

  /** Returns the names for messages, joined with "or". */
  static String names(List<Family> families) {
    return families.stream().map(Family::profileName).collect(Collectors.joining(" or "));
  }
}
