package io.promptstream.schemas.reader;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.promptstream.schemas.DataType;
import io.promptstream.schemas.DenseEmbedding;
import io.promptstream.schemas.DenseEncoding;
import io.promptstream.schemas.SparseEmbedding;
import io.promptstream.schemas.Tensor;
import io.promptstream.schemas.reader.Pairing.EventKey;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class PairingTest {
  private static final int BYTES = 100;

  private final List<String> lost = new ArrayList<>();
  private final Pairing pairing = new Pairing(
      new TopicPartition("sparse", 3),
      new TopicPartition("dense", 3),
      unpaired -> lost.add(unpaired.partition().topic() + ' ' + unpaired.promptId()));

  private long nextSparse;
  private long nextDense;

  @Test
  void shouldPairTheRecordsOfAnEventInAnyOrder() {
    assertThat(sparse(5)).isNull();
    PromptEmbedding pair = requireNonNull(dense(5));

    assertThat(pair.promptId()).isEqualTo("prompt-5");
    assertThat(pair.partition()).isEqualTo(3);
    assertThat(pair.offset()).isEqualTo(5);
    assertThat(dense(6)).isNull();
    assertThat(sparse(6)).isNotNull();
  }

  @Test
  void shouldCommitOnlyBehindClosedPrompts() {
    assertThat(pairing.sparse().committable()).isEmpty();
    PromptEmbedding first = pair(0);
    PromptEmbedding second = pair(1);
    sparse(2);

    second.close();
    assertThat(pairing.sparse().committable()).hasValue(0);
    first.close();
    first.close();
    assertThat(pairing.sparse().committable()).hasValue(2);
    assertThat(pairing.dense().committable()).hasValue(2);
  }

  @Test
  void shouldPreferTheNewestOfARepeatAndIgnoreWhatWasPaired() {
    sparse(0);
    sparse(0);
    PromptEmbedding pair = requireNonNull(dense(0));
    assertThat(dense(0)).isNull();
    assertThat(sparse(0)).isNull();

    assertThat(pairing.repeats()).isEqualTo(3);
    assertThat(pairing.waitingBytes()).isZero();
    // The first record is finished: the second one replaced it.
    assertThat(pairing.sparse().committable()).hasValue(1);
    pair.close();
    assertThat(pairing.sparse().committable()).hasValue(3);
    assertThat(pairing.dense().committable()).hasValue(2);
  }

  @Test
  void shouldReportAHalfOnceTheOtherTopicIsPastIt() {
    sparse(0);
    sparse(1);
    assertThat(pairing.waitingBytes()).isEqualTo(2 * BYTES);
    assertThat(lost).isEmpty();

    assertThat(dense(1)).isNotNull();

    assertThat(lost).containsExactly("sparse prompt-0");
    assertThat(pairing.waitingBytes()).isZero();
    assertThat(pairing.sparse().committable()).hasValue(1);
  }

  @Test
  void shouldReportTheHalvesThatWaitWhenALaterPairIsComplete() {
    dense(1);
    sparse(0);
    assertThat(sparse(1)).isNotNull();

    assertThat(lost).containsExactly("sparse prompt-0");
    assertThat(pairing.waitingBytes()).isZero();
  }

  @Test
  void shouldPairARecreatedInputWhoseOffsetsBeginAgain() {
    sparse(1000);
    sparse(0);
    sparse(1);
    assertThat(dense(1000)).isNotNull();
    assertThat(dense(0)).isNotNull();
    assertThat(dense(1)).isNotNull();
    assertThat(lost).isEmpty();
  }

  @Test
  void shouldNotReportWhatWaitsBehindARepeat() {
    sparse(5);
    sparse(6);
    sparse(5);
    assertThat(dense(5)).isNotNull();
    assertThat(dense(6)).isNotNull();
    assertThat(lost).isEmpty();
    assertThat(pairing.repeats()).isEqualTo(1);
  }

  @Test
  void shouldReportByOffsetsIfMemoryIsNeeded() {
    assertThat(pairing.reportPassed()).isEmpty();
    sparse(0);
    dense(1);
    dense(2);
    sparse(3);
    assertThat(pairing.reportPassed()).contains(pairing.sparse());

    assertThat(lost).containsExactly("sparse prompt-0", "dense prompt-1", "dense prompt-2");
    assertThat(pairing.waitingBytes()).isEqualTo(BYTES);
    assertThat(dense(3)).isNotNull();
  }

  private PromptEmbedding pair(long event) {
    sparse(event);
    return requireNonNull(dense(event));
  }

  private @Nullable PromptEmbedding sparse(long event) {
    String id = "prompt-" + event;
    SparseEmbedding record = SparseEmbedding.newBuilder()
        .setPromptId(id)
        .setImageId("image")
        .setModelId("fixture")
        .setEmbedding(tensor())
        .build();
    return pairing.addSparse(new EventKey(event, id, "fixture"), half(nextSparse++, record));
  }

  private @Nullable PromptEmbedding dense(long event) {
    String id = "prompt-" + event;
    DenseEmbedding record = DenseEmbedding.newBuilder()
        .setPromptId(id)
        .setImageId("image")
        .setModelId("fixture")
        .setShape(List.of(256, 64, 64))
        .setEncoding(DenseEncoding.NO_MASK)
        .setValues(tensor())
        .build();
    return pairing.addDense(new EventKey(event, id, "fixture"), half(nextDense++, record));
  }

  private static Tensor tensor() {
    return new Tensor(DataType.FLOAT32, List.of(0, 256), ByteBuffer.allocate(0));
  }

  private static <T> Half<T> half(long offset, T record) {
    return new Half<>(offset, BYTES, record, null, new ModelCards.Model(SamFixtures.card()));
  }
}
