package io.promptstream.workbench.report;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.ArrayList;
import java.util.List;

/** What each token of a prompt stands for. */
final class TokenNames {
  private TokenNames() {}

  /**
   * Returns one name for each token: SAM's order is points, corners of the box, or padding in place
   * of a box. Where that does not give as many, or for another family, the names are only numbers.
   */
  static List<String> of(PromptEvent event, int tokens, Profile profile) {
    List<String> names = new ArrayList<>();
    for (Point point : event.getPoints()) {
      names.add(point.getLabel() == PointLabel.FOREGROUND ? "foreground" : "background");
    }
    if (event.getBox() != null) {
      names.addAll(List.of("top left", "bottom right"));
    } else if (!names.isEmpty()) {
      names.add("padding");
    }
    if (names.size() == tokens && profile.equals(Profile.SAM)) {
      return names;
    }
    List<String> numbers = new ArrayList<>();
    for (int i = 1; i <= tokens; i++) {
      numbers.add("token " + i);
    }
    return numbers;
  }
}
