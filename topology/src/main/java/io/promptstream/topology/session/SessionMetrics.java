package io.promptstream.topology.session;

import static java.util.Objects.requireNonNull;

import io.promptstream.topology.errors.ErrorCode;
import io.promptstream.topology.metrics.EventMetrics;
import io.promptstream.topology.session.SessionFold.Outcome;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.metrics.Sensor;
import org.apache.kafka.common.metrics.Sensor.RecordingLevel;
import org.apache.kafka.streams.StreamsMetrics;

/** Counts the actions and sessions of one application, for all its tasks. */
final class SessionMetrics {
  private final Map<Outcome, LongAdder> outcomes = new EnumMap<>(Outcome.class);
  private final Map<ErrorCode, LongAdder> rejected = new EnumMap<>(ErrorCode.class);
  private final LongAdder expired = new LongAdder();

  SessionMetrics() {
    for (Outcome outcome : Outcome.values()) {
      outcomes.put(outcome, new LongAdder());
    }
    for (ErrorCode code : ErrorCode.values()) {
      rejected.put(code, new LongAdder());
    }
  }

  void count(Outcome outcome) {
    requireNonNull(outcomes.get(outcome)).increment();
  }

  void rejected(ErrorCode code) {
    requireNonNull(rejected.get(code)).increment();
  }

  void expired(int objects) {
    expired.add(objects);
  }

  /** Registers the metrics; does nothing for later tasks, because a sensor keeps its metrics. */
  void register(StreamsMetrics registry) {
    Sensor sensor = registry.addSensor("promptstream.sessions", RecordingLevel.INFO);
    String actions = "Actions of sessions by outcome; rejected ones by error code.";
    outcomes.forEach((outcome, count) -> EventMetrics.add(
        sensor,
        "session-actions-total",
        actions,
        Map.of("outcome", outcome.name().toLowerCase(Locale.ROOT)),
        count::sum));
    rejected.forEach((code, count) -> EventMetrics.add(
        sensor,
        "session-actions-total",
        actions,
        Map.of("outcome", "rejected", "code", code.name()),
        count::sum));
    EventMetrics.add(
        sensor,
        "session-objects-expired-total",
        "Objects of sessions that expired.",
        Map.of(),
        expired::sum);
  }
}
