package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CloseablesTest {
  private final List<String> closed = new ArrayList<>();

  @Test
  void shouldCloseAllInOrder() {
    Closeables.closeAll(List.of(good("a"), good("b")));

    assertThat(closed).containsExactly("a", "b");
  }

  @Test
  void shouldCloseTheOthersAndThrowTheFirstFailure() {
    IllegalStateException first = new IllegalStateException("first");
    AssertionError second = new AssertionError("second");

    assertThatThrownBy(() ->
            Closeables.closeAll(List.of(good("a"), bad(first), good("b"), bad(second), good("c"))))
        .isSameAs(first)
        .hasSuppressedException(second);
    assertThat(closed).containsExactly("a", "b", "c");
  }

  @Test
  void shouldThrowAnErrorAsItIs() {
    AssertionError error = new AssertionError("broken");

    assertThatThrownBy(() -> Closeables.closeAll(List.of(bad(error), good("a"))))
        .isSameAs(error);
    assertThat(closed).containsExactly("a");
  }

  @Test
  void shouldNotSuppressAFailureInItself() {
    IllegalStateException same = new IllegalStateException("same");

    assertThatThrownBy(() -> Closeables.closeAll(List.of(bad(same), bad(same))))
        .isSameAs(same)
        .hasNoSuppressedExceptions();
  }

  @Test
  void shouldWrapACheckedException() {
    IOException checked = new IOException("checked");

    assertThatThrownBy(() -> Closeables.closeAll(List.of(bad(checked), good("a"))))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(checked);
    assertThat(closed).containsExactly("a");
  }

  @Test
  void shouldAddFurtherFailuresToTheFirstAsSuppressed() {
    IllegalStateException before = new IllegalStateException("before");
    IllegalStateException wrong = new IllegalStateException("wrong");

    Closeables.closeAllAfter(before, List.of(bad(wrong), good("a")));

    assertThat(before).hasSuppressedException(wrong);
    assertThat(closed).containsExactly("a");
  }

  private AutoCloseable good(String name) {
    return () -> closed.add(name);
  }

  private static AutoCloseable bad(Exception failure) {
    return () -> {
      throw failure;
    };
  }

  private static AutoCloseable bad(Error failure) {
    return () -> {
      throw failure;
    };
  }
}
