package io.promptstream.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.promptstream.encoder.checkpoint.Checkpoints;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SessionPoolTest {
  private final PromptEncoderWeights weights = Checkpoints.read("seed:42");
  private final PromptEncoder encoder = SamPromptEncoder.load(
      new EncoderOptions("seed:42", "cpu", DataType.FLOAT32, DenseFormat.FACTORED, 100));
  private final List<Session> opened = new ArrayList<>();
  private final List<NDManager> managers = new ArrayList<>();
  private final SessionPool pool = new SessionPool(this::open);

  private synchronized Session open() {
    NDManager manager = TorchDevice.engine().newBaseManager(Device.cpu());
    Session session = Session.open(manager, weights, encoder.info());
    managers.add(manager);
    opened.add(session);
    return session;
  }

  @AfterEach
  void close() {
    pool.close();
    encoder.close();
  }

  @Test
  void shouldLendTheSameSessionAgain() {
    Session first = pool.with(session -> session);

    assertThat(pool.<Session>with(session -> session)).isSameAs(first);
    assertThat(opened).hasSize(1);
  }

  @Test
  void shouldLendNoSessionToTwoThreadsAtOnce() {
    boolean same = pool.with(mine ->
        CompletableFuture.supplyAsync(() -> pool.with(other -> other == mine)).join());

    assertThat(same).isFalse();
    assertThat(opened).hasSize(2);
  }

  @Test
  void shouldNotLendAFailedSessionAgain() {
    assertThatThrownBy(() -> pool.with(session -> {
          throw new IllegalArgumentException("failed in the middle");
        }))
        .hasMessage("failed in the middle");

    assertThat(pool.<Session>with(session -> session)).isNotSameAs(opened.get(0));
    assertThatThrownBy(opened.get(0)::densePositionalEncoding)
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldCloseASessionInUseOnlyWhenItIsReturned() {
    int tokens = pool.with(session -> {
      pool.close();
      return session.densePositionalEncoding().length;
    });

    assertThat(tokens).isEqualTo(256 * 64 * 64);
    assertThatThrownBy(opened.get(0)::densePositionalEncoding)
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void shouldCloseTheOtherSessionsWhenOneDoesNotClose() {
    pool.with(first -> pool.with(second -> second));
    AssertionError wrong = new AssertionError("does not close");
    managers.forEach(manager -> manager.attachInternal("broken", () -> {
      throw wrong;
    }));

    assertThatThrownBy(pool::close).isSameAs(wrong);

    assertThat(managers).hasSize(2).noneMatch(NDManager::isOpen);
  }

  @Test
  void shouldThrowTheFailureOfACallIfItsSessionDoesNotClose() {
    AssertionError wrong = new AssertionError("does not close");

    assertThatThrownBy(() -> pool.with(session -> {
          managers.get(0).attachInternal("broken", () -> {
            throw wrong;
          });
          throw new IllegalArgumentException("failed in the middle");
        }))
        .hasMessage("failed in the middle")
        .hasSuppressedException(wrong);
  }

  @Test
  void shouldNotLendWhenClosed() {
    encoder.close();

    assertThatThrownBy(() -> encoder.encode(List.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }
}
