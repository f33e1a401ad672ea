package io.promptstream.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ResourcesTest {
  private final List<String> closed = new ArrayList<>();
  private final Resources parts = new Resources();

  @Test
  void shouldCloseTheLastFirstAndEachOnce() {
    add("a");
    add("b");

    parts.close();
    parts.close();

    assertThat(closed).containsExactly("b", "a");
  }

  @Test
  void shouldCloseTheOthersWhenOneDoesNotClose() {
    IllegalArgumentException wrong = new IllegalArgumentException("wrong");
    add("a");
    parts.add(() -> {
      throw wrong;
    });
    add("b");

    assertThatThrownBy(parts::close)
        .isInstanceOf(IllegalStateException.class)
        .hasSuppressedException(wrong);
    assertThat(closed).containsExactly("b", "a");
  }

  private void add(String name) {
    parts.add(() -> closed.add(name));
  }
}
