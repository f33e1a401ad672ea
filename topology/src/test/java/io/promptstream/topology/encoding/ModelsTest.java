package io.promptstream.topology.encoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.promptstream.encoder.DataType;
import io.promptstream.encoder.DenseFormat;
import io.promptstream.encoder.EncoderInfo;
import io.promptstream.encoder.EncoderOptions;
import io.promptstream.encoder.FramedPrompt;
import io.promptstream.encoder.Prompt;
import io.promptstream.encoder.PromptEmbeddings;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.checkpoint.PromptEncoderWeights;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ModelsTest {
  private final Map<String, EncoderOptions> options = new LinkedHashMap<>();

  ModelsTest() {
    options.put("zebra", options("a.pth"));
    options.put("ant", options("b.pth"));
  }

  /** An encoder that records whether it was closed, and can fail to close. */
  private static final class Unused implements PromptEncoder {
    boolean closed;

    private final @Nullable RuntimeException failure;

    Unused() {
      this(null);
    }

    Unused(@Nullable RuntimeException failure) {
      this.failure = failure;
    }

    @Override
    public FramedPrompt frame(Prompt prompt) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<PromptEmbeddings> encode(List<FramedPrompt> prompts) {
      throw new UnsupportedOperationException();
    }

    @Override
    public float[] densePositionalEncoding() {
      throw new UnsupportedOperationException();
    }

    @Override
    public PromptEncoderWeights weights() {
      throw new UnsupportedOperationException();
    }

    @Override
    public EncoderInfo info() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {
      closed = true;
      if (failure != null) {
        throw failure;
      }
    }
  }

  @Test
  void shouldReturnTheFirstModelIfNoneIsNamed() {
    try (Models models = Models.load(options, unused -> new Unused())) {
      assertThat(models.named(null).name()).isEqualTo("zebra");
      assertThat(models.named("ant").name()).isEqualTo("ant");
    }
  }

  @Test
  void shouldRejectAnUnknownName() {
    try (Models models = Models.load(options, unused -> new Unused())) {
      assertThatExceptionOfType(RejectedEventException.class)
          .isThrownBy(() -> models.named("Ant"))
          .withMessage("model is 'Ant', must be null or one of zebra, ant")
          .extracting(RejectedEventException::code)
          .isEqualTo(ErrorCode.UNKNOWN_MODEL);
    }
  }

  @Test
  void shouldNotRepeatALongName() {
    try (Models models = Models.of(new Unused())) {
      assertThatThrownBy(() -> models.named("x".repeat(1_000_000)))
          .hasMessageContaining("must be null or one of default")
          .satisfies(thrown -> assertThat(thrown.getMessage()).hasSizeLessThan(200));
    }
  }

  @Test
  void shouldCloseLoadedModelsWhenAnotherFailsToLoad() {
    Unused first = new Unused();

    assertThatThrownBy(() -> Models.load(options, its -> {
          if (its.checkpoint().equals("b.pth")) {
            throw new IllegalStateException("no b");
          }
          return first;
        }))
        .hasMessage("no b");
    assertThat(first.closed).isTrue();
  }

  @Test
  void shouldCloseAllModelsWhenOneFailsToClose() {
    IllegalStateException wrong = new IllegalStateException("zebra does not close");
    IllegalStateException alsoWrong = new IllegalStateException("ant does not close");
    Unused last = new Unused();
    Map<String, PromptEncoder> encoders = new LinkedHashMap<>();
    encoders.put("zebra", new Unused(wrong));
    encoders.put("ant", new Unused(alsoWrong));
    encoders.put("bee", last);
    Models models = Models.of(encoders);

    assertThatThrownBy(models::close).isSameAs(wrong).hasSuppressedException(alsoWrong);
    assertThat(last.closed).isTrue();
  }

  @Test
  void shouldThrowTheLoadFailureWhenAnotherModelFailsToClose() {
    IllegalStateException wrong = new IllegalStateException("zebra does not close");

    assertThatThrownBy(() -> Models.load(options, its -> {
          if (its.checkpoint().equals("b.pth")) {
            throw new IllegalStateException("no b");
          }
          return new Unused(wrong);
        }))
        .hasMessage("no b")
        .hasSuppressedException(wrong);
  }

  private static EncoderOptions options(String checkpoint) {
    return new EncoderOptions(
        checkpoint, "auto", "cpu", DataType.FLOAT32, DenseFormat.FACTORED, 10);
  }
}
