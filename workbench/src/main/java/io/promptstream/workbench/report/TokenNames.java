package io.promptstream.workbench.report;

import io.promptstream.encoder.Profile;
import io.promptstream.schemas.Point;
import io.promptstream.schemas.PointLabel;
import io.promptstream.schemas.PromptEvent;
import java.util.ArrayList;
import java.util.List;

/** Names the tokens of a prompt. */
final class TokenNames {
  private TokenNames() {}

  /**
   * Returns one name for each token, in the order of the profile's rule. If the rule gives another
   * number of tokens, the names are numbers.
   */
  static List<String> of(PromptEvent event, int tokens, Profile profile) {
    boolean box = event.getBox() != null;
    List<String> corners = box ? List.of("top left", "bottom right") : List.of();
    List<String> names = new ArrayList<>();
    for (Point point : event.getPoints()) {
      names.add(point.getLabel() == PointLabel.FOREGROUND ? "foreground" : "background");
    }
    names.addAll(profile.tokenRule().cornersFirst() ? 0 : names.size(), corners);
    if (profile.tokenRule().tokens(event.getPoints().size(), box) > names.size()) {
      names.add("padding");
    }
    return names.size() == tokens ? names : numbers(tokens);
  }

  private static List<String> numbers(int tokens) {
    List<String> numbers = new ArrayList<>();
    for (int i = 1; i <= tokens; i++) {
      numbers.add("token " + i);
    }
    return numbers;
  }
}
