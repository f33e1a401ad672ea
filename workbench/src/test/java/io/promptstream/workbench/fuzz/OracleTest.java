package io.promptstream.workbench.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.promptstream.encoder.PromptEncoder;
import io.promptstream.encoder.SamPromptEncoder;
import io.promptstream.schemas.serde.TrustedRecords;
import io.promptstream.topology.config.PromptStreamConfig;
import io.promptstream.topology.encoding.EventEncoder;
import io.promptstream.topology.encoding.Models;
import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.errors.RejectedEventException;
import io.promptstream.topology.registry.SharedSerdes;
import io.promptstream.workbench.Guarantee;
import io.promptstream.workbench.fuzz.Kind.Intent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests the fuzzer's events and oracle without a broker. */
final class OracleTest {
  private static final FuzzPlan PLAN = new FuzzPlan(20_000, 42, Guarantee.AT_LEAST_ONCE);

  private final MockIds registry;
  private final FuzzEvents events;
  private final Oracle oracle;

  OracleTest() throws Exception {
    TrustedRecords.add();
    registry = new MockIds();
    events = new FuzzEvents(PLAN, registry.ids());
    oracle = new Oracle(registry.ids(), FuzzRun.MAX_REQUEST_SIZE);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  @Test
  void shouldJudgeEveryKindByItsIntent() {
    Set<Kind> seen = new HashSet<>();
    int good = 0;
    for (int number = PLAN.goodAlone(); number < PLAN.allEvents(); number++) {
      FuzzEvent event = events.event(number);
      Verdict verdict = oracle.judge(event);
      seen.add(event.kind());
      good += verdict.mayBeEncoded() ? 1 : 0;
      Intent intent = event.kind().intent();
      assertThat(verdict.mayBeEncoded())
          .as("%s %s", number, event.kind())
          .isEqualTo(intent == Intent.EITHER ? verdict.mayBeEncoded() : intent == Intent.GOOD);
      assertThat(verdict.mayBeRejected()).isNotEqualTo(verdict.mayBeEncoded());
    }
    assertThat(seen).hasSizeGreaterThanOrEqualTo(FuzzKind.values().length - 1);
    assertThat(good).isBetween(PLAN.events() / 4, PLAN.events() / 2);
  }

  @Test
  void shouldGenerateTheSameEventsOnlyForTheSameSeed() {
    FuzzEvents again = new FuzzEvents(PLAN, registry.ids());
    FuzzEvents others =
        new FuzzEvents(new FuzzPlan(20_000, 43, Guarantee.AT_LEAST_ONCE), registry.ids());
    int same = 0;
    for (int number = 4_000; number < 5_000; number++) {
      FuzzEvent event = events.event(number);
      FuzzEvent twin = again.event(number);
      assertThat(twin.value()).isEqualTo(event.value());
      assertThat(twin.key()).isEqualTo(event.key());
      assertThat(twin.headers()).isEqualTo(event.headers());
      assertThat(twin.partition()).isEqualTo(event.partition());
      same += others.event(number).kind() == event.kind() ? 1 : 0;
    }
    assertThat(same).isLessThan(500);
  }

  @Test
  void shouldAgreeWithTheApplication() {
    List<String> differences = new ArrayList<>();
    PromptStreamConfig config = PromptStreamConfig.of(Map.of(
        "bootstrap.servers",
        "127.0.0.1:1",
        "schema.registry.url",
        registry.url(),
        PromptStreamConfig.UNKNOWN_SCHEMA_GRACE,
        "0",
        "producer.max.request.size",
        Integer.toString(FuzzRun.MAX_REQUEST_SIZE),
        PromptStreamConfig.CHECKPOINT,
        "seed:42"));
    try (PromptEncoder model = SamPromptEncoder.load(config.encoderOptions());
        SharedSerdes serdes = SharedSerdes.of(config)) {
      EventEncoder encoder = EventEncoder.of(config, Models.of(model), serdes);
      for (int number = 0; number < PLAN.allEvents(); number++) {
        FuzzEvent event = events.event(number);
        Optional<ErrorCode> rejected = rejected(encoder, event);
        Verdict verdict = oracle.judge(event);
        if (event.kind() == FuzzKind.TOO_MANY_HEADERS) {
          // The encoder sees only values.
          continue;
        }
        // Only the whole application checks the size of a result.
        boolean agree = rejected.isEmpty()
            ? verdict.mayBeEncoded() || verdict.codes().contains(ErrorCode.RESULT_TOO_LARGE)
            : verdict.codes().contains(rejected.get());
        if (!agree) {
          differences.add("%d %s %s, not %s".formatted(number, event.kind(), rejected, verdict));
        }
      }
    }
    assertThat(differences).isEmpty();
  }

  private static Optional<ErrorCode> rejected(EventEncoder encoder, FuzzEvent event) {
    try {
      encoder.prepare(event.value(), System.nanoTime());
      return Optional.empty();
    } catch (RejectedEventException e) {
      return Optional.of(e.code());
    }
  }

  @Test
  void shouldWriteAsTheFirstVersionDid() throws Exception {
    Path golden = Path.of("../schemas/src/test/resources/golden/1.0/PromptEvent.avsc");
    ObjectNode schema = (ObjectNode) new ObjectMapper().readTree(golden.toFile());

    assertThat(ForeignSchema.PROMPT_EVENT.schema())
        .isEqualTo(new Schema.Parser().parse(schema.toString()));
  }
}
